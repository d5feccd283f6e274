/** A plot as SVG: axes with numbers, lines and dots. */

import { fixed } from "../ui/format.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
const MARGIN = { left: 52, right: 12, top: 14, bottom: 30 };

/** @typedef {[number, number]} Range from, to */

export class Plot {
  /** @param {SVGSVGElement} svg is emptied @param {Range} across @param {Range} down from the bottom up */
  constructor(svg, across, down) {
    this.svg = svg;
    const { width, height } = svg.viewBox.baseVal;
    this.x = scale(across, MARGIN.left, width - MARGIN.right);
    this.y = scale(down, height - MARGIN.bottom, MARGIN.top);
    svg.replaceChildren();
    this.#add("path", {
      class: "axis",
      d: `M${MARGIN.left} ${MARGIN.top}V${height - MARGIN.bottom}H${width - MARGIN.right}`,
    });
  }

  /** @param {number[]} values numbers on the axis below @param {number} decimals */
  ticksBelow(values, decimals = 0) {
    const { height } = this.svg.viewBox.baseVal;
    for (const value of values) this.#text(this.x(value), height - 8, fixed(value, decimals), "middle");
  }

  /** @param {number[]} values numbers on the axis beside @param {number} decimals */
  ticksBeside(values, decimals = 1) {
    for (const value of values) this.#text(MARGIN.left - 8, this.y(value) + 5, fixed(value, decimals), "end");
  }

  /** @param {[number, number][]} points @param {string} name its class */
  line(points, name) {
    const places = points.map(([x, y]) => `${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`);
    if (places.length > 0) this.#add("path", { class: name, d: `M${places.join("L")}` });
  }

  dot(x, y, name) {
    this.#add("circle", { class: name, cx: this.x(x), cy: this.y(y), r: name === "chosen" ? 9 : 4 });
  }

  #text(x, y, text, anchor) {
    this.#add("text", { x, y, "text-anchor": anchor }).textContent = text;
  }

  #add(name, attributes) {
    const made = document.createElementNS(NAMESPACE, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    this.svg.append(made);
    return made;
  }
}

/** Draws costs by step. @param {SVGSVGElement} svg @param {number[]} costs */
export function plotCosts(svg, costs) {
  const steps = Math.max(costs.length, 10);
  const largest = Math.max(0.1, ...costs);
  const plot = new Plot(svg, [1, steps], [0, largest]);
  plot.ticksBelow([1, steps]);
  plot.ticksBeside([0, largest], 2);
  plot.line(costs.map((cost, step) => [step + 1, cost]), "curve");
  if (costs.length > 0) plot.dot(costs.length, costs.at(-1), "chosen");
}

const scale = ([from, to], start, end) => (value) => start + ((value - from) / (to - from)) * (end - start);
