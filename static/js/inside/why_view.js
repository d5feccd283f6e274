/** Why one digit and not another: what each pixel adds to the gap between the sums of two outputs. */

import { inspect, OUTPUTS, untrainedNetwork } from "../network/article.js";
import { inAddress, storeInAddress } from "../state.js";
import { element, partsOf, showDefinitions, table } from "../ui/dom.js";
import { fixed, signed } from "../ui/format.js";
import { drawSigned, largestMagnitude, onPaletteChange, paletteOf, SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { showOtherNetwork } from "./article_view.js";
import { explainGap, strongestParts } from "./attribution.js";
import { pixelName } from "./neuron_names.js";
import { addUp, strongest, twoLargest } from "./sums.js";
import { WhatIfView } from "./what_if_view.js";

/** The parts of a digit, from the top left, row by row. */
const PARTS = [
  translate("the ink at the top left"),
  translate("the ink at the top"),
  translate("the ink at the top right"),
  translate("the ink at the left"),
  translate("the ink in the middle"),
  translate("the ink at the right"),
  translate("the ink at the bottom left"),
  translate("the ink at the bottom"),
  translate("the ink at the bottom right"),
];

const CELL_PX = 10;
const MOST_ROWS = 10;
const SEED = 1; // any other gives another map of noise

export class WhyView {
  #pixels;
  #answer;
  /** Two digits that someone chose. @type {[number, number]?} */
  #chosen = chosenInAddress();
  /** The two digits that are compared. @type {[number, number]} */
  #shown;

  /**
   * @param {HTMLElement} root
   * @param {import("../network/article.js").Layers} network
   * @param {typeof import("../network/trained_network.js").loadTrained} load another one, by its name
   */
  constructor(root, network, load) {
    this.root = root;
    this.networks = { learnt: network, untrained: untrainedNetwork(SEED) };
    this.selects = ["first", "second"].map(partsOf(root));
    this.selects.forEach((select, which) => {
      select.append(...Array.from({ length: OUTPUTS }, (_, digit) => element("option", {}, String(digit))));
      select.addEventListener("change", () => this.#choose(which));
    });
    this.whatIf = new WhatIfView(root.querySelector('[data-part="what-if"]'), network, load);
    for (const canvas of root.querySelectorAll('[data-part="map"]')) canvas.width = canvas.height = CELL_PX * SIDE;
    onPaletteChange(() => this.#pixels && this.#render());
  }

  /** @param {ArrayLike<number>?} pixels 784, 0..1, or nothing @param {import("./panel.js").Answer} answer beside the pad */
  show(pixels, answer) {
    this.root.hidden = !pixels;
    this.#answer = answer;
    if (!pixels && this.#pixels) this.#store(null); // the drawing that the digits were chosen for is gone
    this.#pixels = pixels;
    if (pixels) this.#render();
  }

  /** Chooses a digit; where it is the other one already, the two change places. */
  #choose(which) {
    const chosen = this.selects.map((select) => Number(select.value));
    if (chosen[0] === chosen[1]) chosen[1 - which] = this.#shown[which];
    this.#store(chosen);
    this.#render();
  }

  #store(chosen) {
    this.#chosen = chosen;
    storeInAddress({ first: chosen?.[0] ?? null, second: chosen?.[1] ?? null });
  }

  #render() {
    const { output } = inspect(this.networks.learnt, this.#pixels);
    showOtherNetwork(this.root, this.#answer, twoLargest(output.z)[0]);
    const [first, second] = (this.#shown = this.#chosen ?? answerAndNext(this.#answer, output.z));
    [this.selects[0].value, this.selects[1].value] = [first, second];
    for (const [name, network] of Object.entries(this.networks)) {
      this.#showMap(name, explainGap(network, this.#pixels, first, second), [first, second]);
    }
    this.whatIf.show(this.#pixels, [first, second]);
  }

  /** Shows one network's map, what adds up to its gap, and its strongest pixels. */
  #showMap(name, { contributions, gap, blankGap }, [first, second]) {
    const part = (what) => this.root.querySelector(`[data-network="${name}"] [data-part="${what}"]`);
    const { up, down, ups, downs } = addUp(contributions);
    const canvas = part("map");
    drawSigned(canvas, contributions, largestMagnitude(contributions), paletteOf(this.root));
    const counts = { first, second, ups, downs };
    canvas.ariaLabel = translate("Contributions of the pixels to the gap: {ups} for {first}, {downs} for {second}", counts);
    showDefinitions(part("gap"), [
      [translate("Blank paper"), signed(blankGap)],
      [translate("{count} pixels for {digit}", { count: ups, digit: first }), signed(up)],
      [translate("{count} pixels for {digit}", { count: downs, digit: second }), signed(down)],
      [translate("The gap, z of {first} minus z of {second}", { first, second }), signed(gap)],
    ]);
    if (name !== "learnt") return;
    const parts = strongestParts(this.#pixels, contributions);
    const reasons = [reason(first, parts.up), reason(second, parts.down)];
    this.root.querySelector('[data-part="reasons"]').textContent = reasons.filter(Boolean).join(" ");
    const strongestRows = strongest(contributions, MOST_ROWS).map((place) => [
      ...[pixelName(place), fixed(this.#pixels[place], 3), signed(contributions[place])],
    ]);
    const headings = [translate("Pixel"), "a", translate("contribution")];
    this.root.querySelector('[data-part="strongest"]').replaceChildren(table(headings, strongestRows));
  }
}

/** @param {import("./attribution.js").Part?} most the part of the ink that is most for a digit */
const reason = (digit, most) =>
  most && translate("Most for {digit}: {part}, {sum}.", { digit, part: PARTS[most.part], sum: signed(most.sum) });

/**
 * Returns the digit that stands beside the pad and the one next to it, of activations that are rounded to the same the one
 * with the larger sum of the article's network.
 * @param {import("./panel.js").Answer} answer @param {number[]} z @returns {[number, number]}
 */
function answerAndNext({ digit, activations }, z) {
  const others = z.map((_, other) => other).filter((other) => other !== digit);
  others.sort((one, other) => activations[other] - activations[one] || z[other] - z[one]);
  return [digit, others[0]];
}

/** @returns {[number, number]?} the two digits of the address, where it names two */
function chosenInAddress() {
  const digits = [inAddress("first"), inAddress("second")];
  return digits[0] !== digits[1] && !digits.includes(null) ? digits : null;
}
