/**
 * See how it decided: the stage on which the digit travels through the network that answered, and the sentence that says which part
 * of it decided. The stage is loaded when a sentence is needed, or when it is opened.
 * This module lies beside the pages' scripts, as inside.js does, and for its reason.
 */

import { coverInPlace, inAddress, openDialog, storeInAddress } from "./state.js";
import { byId } from "./ui/dom.js";
import { LazyView } from "./ui/lazy_view.js";

export class Decision {
  /** Whether the address asks for it, until the first answer comes. */
  isAsked = inAddress("decision") !== null;
  #close = () => {};
  /** Of the sentence that is computed. */
  #order = 0;
  #sentence = byId("reason");

  /** @param {import("./inside.js").Inside} inside has the digit that is shown, and the sums */
  constructor(inside) {
    this.inside = inside;
    this.dialog = byId("decision");
    /** @type {LazyView<import("./decision/stage.js").Stage>} */
    this.lazyView = new LazyView("decision", this.dialog, () => import("./decision/stage.js"), ({ Stage }) => {
      const addresses = JSON.parse(inside.details.dataset.networks);
      return new Stage(this.dialog, addresses, (neuron) => this.#showSums(neuron));
    });
    const button = byId("decided");
    button.addEventListener("click", () => this.open({ isByUser: true }));
    addEventListener("resize", () => this.#fit());
    button.addEventListener("pointerenter", () => this.lazyView.load()); // before it is clicked
  }

  /** Shows the digit of the answer, or without one the digit of the opening; without both the inside says what to do. */
  async open({ isByUser = false } = {}) {
    const step = this.isAsked ? inAddress("decision") : 0;
    this.isAsked = false;
    const shown = this.inside.shown.image ? this.inside.shown : openingDigit();
    const stage = shown && (await this.lazyView.load());
    if (!stage) return this.inside.open();
    if (this.dialog.open) return;
    this.#close = openDialog(this.dialog, { isByUser }, () => storeInAddress({ decision: null }));
    storeInAddress({ decision: step });
    stage.open(shown, { start: startOf(shown), step });
  }

  /** Opens it when the answer comes to what an address with the stage shows. */
  answered() {
    if (this.isAsked && this.inside.shown.image) this.open();
  }

  /**
   * Says below the answer which part of its digit decided, as soon as that is computed; nothing where data are dear, or
   * where there is no room for it.
   * @param {import("./server/api_client.js").Digit & {model: string}} shown
   */
  async explain(shown) {
    this.clear();
    const order = this.#order;
    if (navigator.connection?.saveData) return;
    const stage = await this.lazyView.load();
    const sentence = await stage?.sentenceFor(shown, () => order !== this.#order).catch(() => ""); // the answer holds without it
    if (!sentence || order !== this.#order) return;
    this.#sentence.textContent = sentence;
    this.#fit();
  }

  /** Removes the sentence. */
  clear() {
    this.#order++;
    this.#sentence.textContent = "";
  }

  /** Hides the sentence where what is below it would move. */
  #fit() {
    const height = () => this.#sentence.parentElement.getBoundingClientRect().height;
    this.#sentence.hidden = true;
    const without_px = height();
    this.#sentence.hidden = false;
    this.#sentence.hidden = height() > without_px;
  }

  #showSums(neuron) {
    coverInPlace(this.#close, this.inside.close);
    this.dialog.close();
    this.inside.open(neuron);
  }
}

/** @returns {object?} the example that draws itself on an empty page, with its answer */
function openingDigit() {
  const drawing = document.getElementById("opening");
  return drawing && { ...JSON.parse(drawing.dataset.answer), model: byId("model").value, doubt: null };
}

/** @returns {{left: number, top: number, width: number, height: number, isOfInk: boolean}} where the digit is on the page, or the pad */
function startOf({ box, size }) {
  const { left, top, width, height } = byId(box ? "boxes" : "pad-frame").getBoundingClientRect();
  if (!box || !width) return { left, top, width, height, isOfInk: false };
  const [x, y] = [width / size.width, height / size.height];
  return { left: left + box[0] * x, top: top + box[1] * y, width: box[2] * x, height: box[3] * y, isOfInk: true };
}
