/** The visitor's digit, or an example: the network of the frame that is shown reads it. */

import { inspect } from "../network/article.js";
import { digitOf } from "../network/network.js";
import { keepDrawings, loadDrawings } from "../pad/drawing.js";
import { KeyboardPen } from "../pad/keyboard_pen.js";
import { Pad } from "../pad/pad.js";
import { PointerPen } from "../pad/pointer_pen.js";
import { requestDigit } from "../server/api_client.js";
import { RequestQueue } from "../server/request_queue.js";
import { OutputBars } from "../ui/chart.js";
import { byId } from "../ui/dom.js";
import { activationText } from "../ui/format.js";
import { drawPixels, readPixels } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";

export class DigitView {
  /** Of the digit on the pad. @type {Float32Array?} */
  #pixels = null;
  /** Shown while nothing is drawn. @type {Float32Array?} */
  #example = null;
  #layers = null;
  /** The hidden neuron that is silenced, from 0. @type {number?} */
  #silenced = null;

  /** @param {string} model whose route makes 28 × 28 pixels */
  constructor(model) {
    this.outputs = new OutputBars(byId("try-outputs"));
    const kept = loadDrawings();
    const isSquare = kept.states[kept.place].squares === 1;
    this.pad = new Pad(byId("pad"), ...(isSquare ? [kept] : []));
    const keyboardPen = new KeyboardPen(this.pad, byId("pen-cursor"));
    new PointerPen(this.pad);
    this.reader = new RequestQueue(async (signal, onProgress) => requestDigit(await this.pad.toPng(), { model, signal, onProgress }), {
      onAnswer: async ({ image }) => {
        this.#pixels = await readPixels(image);
        this.#show();
      },
      onProblem: ({ title, message }) => {
        this.#pixels = null;
        byId("try-source").textContent = `${title} ${message}`;
      },
    });
    const markEmpty = () => byId("pad-frame").classList.toggle("is-empty", this.pad.isEmpty);
    this.pad.addEventListener("draw", markEmpty);
    this.pad.addEventListener("change", () => {
      markEmpty();
      keepDrawings(this.pad.drawings);
      this.#read();
    });
    markEmpty();
    byId("clear").addEventListener("click", () => {
      keyboardPen.lift();
      this.pad.clear();
    });
    if (!this.pad.isEmpty) this.reader.readNext();
  }

  /** @param {{pixels: Float32Array}} example */
  useExample({ pixels }) {
    this.#example = pixels;
    this.#show();
  }

  /** @param {import("../network/article.js").Layers} layers of the frame @param {number?} silenced hidden neuron */
  use(layers, silenced) {
    this.#layers = layers;
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

  #show() {
    const pixels = this.#pixels ?? this.#example;
    if (!pixels || !this.#layers) return;
    byId("try-source").textContent = this.#pixels
      ? translate("Your digit, as 28 × 28 pixels")
      : translate("A test digit as an example. Draw your own on the pad.");
    drawPixels(byId("try-digit"), pixels);
    const healthy = inspect(this.#layers, pixels).output.activations;
    const before = best(healthy);
    if (this.#silenced === null) {
      this.outputs.show(healthy, null);
      byId("try-answer").textContent = translate("This run’s network reads {digit}, activation {activation}.", before);
      return;
    }
    const changes = { hidden: { silenced: new Set([this.#silenced]) }, output: {} };
    const { activations } = inspect(this.#layers, pixels, changes).output;
    this.outputs.show(activations, healthy);
    byId("try-answer").textContent = translate(
      "Without hidden neuron {neuron}: {digit}, activation {activation}. With it: {healthy}, activation {before}.",
      { neuron: this.#silenced + 1, ...best(activations), healthy: before.digit, before: before.activation },
    );
  }
}

/** @returns {{digit: number, activation: string}} the digit with the largest activation, and that */
function best(activations) {
  const digit = digitOf(activations);
  return { digit, activation: activationText(activations[digit]) };
}
