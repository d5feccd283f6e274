/** Why one digit and not another: what each pixel adds to the gap between the sums of two outputs. */

import { inspect, OUTPUTS, untrainedNetwork } from "../network/article.js";
import { inAddress, storeInAddress } from "../state.js";
import { element, partsOf, showDefinitions, table } from "../ui/dom.js";
import { fixed, signed } from "../ui/format.js";
import { drawSigned, largestMagnitude, onPaletteChange, paletteOf, SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { showOtherNetwork } from "./network_view.js";
import { explainGap } from "./attribution.js";
import { findReason, sentenceOf } from "./decisive_part.js";
import { pixelName } from "./neuron_names.js";
import { addUp, strongest, twoLargest } from "./sums.js";
import { WhatIfView } from "./what_if_view.js";

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
    const [first, second] = (this.#shown = this.#chosen ?? twoLargest(this.#answer.activations));
    [this.selects[0].value, this.selects[1].value] = [first, second];
    const reason = this.#reason(first, second);
    this.root.querySelector('[data-part="reason"]').textContent = sentenceOf(reason, first);
    for (const [name, network] of Object.entries(this.networks)) {
      this.#showMap(name, explainGap(network, this.#pixels, first, second), [first, second]);
    }
    this.whatIf.show(this.#pixels, [first, second], [reason.part, reason.rival].filter(Boolean));
  }

  #reason(digit, other) {
    const read = (pixels) => {
      const { z, activations } = inspect(this.networks.learnt, pixels).output;
      return { sums: z, activations };
    };
    return [...findReason(read, this.#pixels, { digit, other, isPair: true })].at(-1);
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
    const strongestRows = strongest(contributions, MOST_ROWS).map((place) => [
      ...[pixelName(place), fixed(this.#pixels[place], 3), signed(contributions[place])],
    ]);
    const headings = [translate("Pixel"), "a", translate("contribution")];
    this.root.querySelector('[data-part="strongest"]').replaceChildren(table(headings, strongestRows));
  }
}

/** @returns {[number, number]?} the two digits of the address, where it names two */
function chosenInAddress() {
  const digits = [inAddress("first"), inAddress("second")];
  return digits[0] !== digits[1] && !digits.includes(null) ? digits : null;
}
