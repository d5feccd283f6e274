/** The drawing of the network, with the digit's activations. */

import { twoLargest } from "../inside/attribution.js";
import { Diagram } from "../inside/diagram.js";
import { words } from "../inside/words.js";

const NO_CHANGES = { hidden: { silenced: new Set() }, output: { silenced: new Set() } };

export class NetworkView {
  /** @type {Diagram?} */
  #diagram = null;
  /** @type {import("../lesson.js").State?} */
  #state = null;

  /** @param {HTMLElement} root @param {(chosen: object) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root.querySelector("#diagram");
    this.sentence = root.querySelector("#network-sentence");
    this.onChoose = onChoose;
    new ResizeObserver(() => this.#state && this.#diagram?.draw(this.#state.palette)).observe(this.root);
  }

  /** @param {import("../lesson.js").State} state */
  show(state) {
    this.#diagram ??= new Diagram(this.root, state.network, this.onChoose);
    this.#state = state;
    const { activations } = state.computed.output;
    this.sentence.textContent = words.computes(twoLargest(activations), activations);
    this.#diagram.show({ ...state, learnt: state.computed, changes: NO_CHANGES, isChanged: false });
  }
}
