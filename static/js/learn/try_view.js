/** A pad whose digit the network of the run reads, in the page. */

import { requestDigit } from "../api.js";
import { activationText } from "../inside/format.js";
import { inspect } from "../network/article.js";
import { OutputBars } from "../inside/output_bars.js";
import { readPixels } from "../inside/pictures.js";
import { KeyboardPen } from "../keyboard_pen.js";
import { Pad } from "../pad.js";
import { PointerPen } from "../pointer_pen.js";
import { Reader } from "../reader.js";
import { words } from "./words.js";

export class TryView {
  /** Of the digit on the pad. @type {Float32Array?} */
  #pixels = null;
  #network = null;
  /** The hidden neuron that is silenced, from 0. @type {number?} */
  #silenced = null;

  /** @param {HTMLElement} root @param {string} model whose route makes 28 × 28 pixels @param {(sentence: string) => void} announce */
  constructor(root, model, announce) {
    const part = (id) => root.querySelector(`#${id}`);
    this.answer = part("try-answer");
    this.list = part("try-outputs");
    this.outputs = new OutputBars(this.list);
    this.pad = new Pad(part("pad"));
    const keyboardPen = new KeyboardPen(this.pad, part("pen-cursor"), announce);
    new PointerPen(this.pad);
    this.reader = new Reader(async (signal, onProgress) => requestDigit(await this.pad.toPng(), { model, signal, onProgress }), {
      onStart() {},
      onProgress() {},
      onEnd() {},
      onAnswer: (answer) => this.#take(answer),
      onProblem: (problem) => this.#showProblem(problem),
    });
    this.pad.addEventListener("change", () => this.#read());
    part("clear").addEventListener("click", () => {
      keyboardPen.lift();
      this.pad.clear();
    });
  }

  /** @param {import("../network/article.js").Layers} network of the run @param {number?} silenced hidden neuron */
  use(network, silenced) {
    this.#network = network;
    this.#silenced = silenced;
    this.#show();
  }

  #read() {
    if (!this.pad.isEmpty) {
      this.reader.readNext();
      return;
    }
    this.reader.cancel();
    this.#pixels = null;
    this.#show();
  }

  async #take({ image }) {
    this.#pixels = await readPixels(image);
    this.#show();
  }

  #showProblem(problem) {
    this.#pixels = null;
    this.#show();
    this.answer.textContent = `${problem.title} ${problem.message}`;
  }

  #show() {
    const isThere = this.#pixels !== null && this.#network !== null;
    this.list.hidden = !isThere;
    if (!isThere) {
      this.answer.textContent = words.tryIt.draw;
      return;
    }
    const healthy = inspect(this.#network, this.#pixels).output.activations;
    if (this.#silenced === null) {
      this.outputs.show(healthy, null);
      this.answer.textContent = words.tryIt.reads(...best(healthy));
      return;
    }
    const changes = { hidden: { silenced: new Set([this.#silenced]) }, output: {} };
    const { activations } = inspect(this.#network, this.#pixels, changes).output;
    this.outputs.show(activations, healthy);
    this.answer.textContent = words.tryIt.without(this.#silenced + 1, best(activations), best(healthy));
  }
}

/** @returns {[number, string]} the digit with the largest activation, and that */
function best(activations) {
  const most = Math.max(...activations);
  return [activations.indexOf(most), activationText(most)];
}
