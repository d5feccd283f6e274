/** One weight or bias to wiggle: the cost as its curve, the slope measured there, and the one that back propagation computes. */

import { Plot } from "../ui/chart.js";
import { element, partsOf, showDefinitions } from "../ui/dom.js";
import { fixed, signed } from "../ui/format.js";
import { translate } from "../ui/translate.js";
import { CostOfParameter } from "./slopes.js";

const RANGE = 10; // to either side of the learnt value
const POINTS = 61; // of the curve
const TANGENT = 3; // to either side of the value
const DECIMALS = 6;

export class SlopeView {
  /** @type {{costOf: CostOfParameter, curve: [number, number][]}?} */
  #shown = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.part = partsOf(root);
    this.part("parameter").addEventListener("change", () => this.#begin());
    this.part("value").addEventListener("input", () => this.#draw());
  }

  /** @param {{network: object, pixels: ArrayLike<number>, label: number}} state @param {[string, import("./slopes.js").Parameter][]} parameters with their names */
  show(state, parameters) {
    const list = this.part("parameter");
    const chosen = Math.max(list.selectedIndex, 0);
    list.replaceChildren(...parameters.map(([name]) => element("option", {}, name)));
    list.selectedIndex = chosen;
    Object.assign(this, { state, parameters });
    this.#begin();
  }

  /** Begins with the learnt value of the parameter that is chosen. */
  #begin() {
    const { network, pixels, label } = this.state;
    const [, parameter] = this.parameters[this.part("parameter").selectedIndex];
    const costOf = new CostOfParameter(network, parameter, pixels, label);
    const [least, most] = [costOf.learnt - RANGE, costOf.learnt + RANGE];
    const values = Array.from({ length: POINTS }, (_, n) => least + ((most - least) * n) / (POINTS - 1));
    this.#shown = { costOf, curve: values.map((value) => [value, costOf.at(value)]) };
    const slider = this.part("value");
    Object.assign(slider, { min: least, max: most });
    slider.value = costOf.learnt;
    this.#draw();
  }

  #draw() {
    const { costOf, curve } = this.#shown;
    const slider = this.part("value");
    const value = Number(slider.value);
    const [cost, measured, computed] = [costOf.at(value), costOf.measuredSlope(value), costOf.computedSlope(value)];
    const most = Math.max(...curve.map(([, height]) => height));
    const across = [curve[0][0], curve.at(-1)[0]];
    const plot = new Plot(this.part("curve"), across, [0, most]);
    plot.ticksBelow([Math.ceil(across[0]), 0, Math.floor(across[1])]);
    plot.ticksBeside([0, most], 2);
    plot.line(curve, "curve");
    plot.line(tangent(value, cost, computed, across, most), "tangent");
    plot.dot(value, cost, "chosen");
    const [name] = this.parameters[this.part("parameter").selectedIndex];
    const at = translate("{name} = {value}: the cost is {cost}", { name, value: signed(value), cost: fixed(cost, DECIMALS) });
    this.part("curve").ariaLabel = at;
    slider.ariaValueText = at;
    showDefinitions(this.part("slopes"), [
      [translate("value"), signed(value)],
      [translate("cost C"), fixed(cost, DECIMALS)],
      [translate("slope, measured: C a little to the right minus C a little to the left, divided by their distance"), signed(measured, DECIMALS)],
      [translate("slope, computed by back propagation"), signed(computed, DECIMALS)],
    ]);
  }
}

/** @returns {[number, number][]} the ends of the line that touches the curve, within the drawing */
function tangent(value, cost, slope, [least, most], highest) {
  const heights = slope === 0 ? [] : [-cost / slope, (highest - cost) / slope].map((way) => value + way);
  const [first, last] = heights.sort((a, b) => a - b);
  const start = Math.max(value - TANGENT, least, first ?? least);
  const end = Math.min(value + TANGENT, most, last ?? most);
  return [start, end].map((at) => [at, cost + slope * (at - value)]);
}
