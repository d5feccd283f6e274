/** The visitor's digit, or an example: the network of the frame that is shown reads it. */

import { inspect } from "../network/article.js";
import { digitOf } from "../network/network.js";
import { keepDrawings, loadDrawings } from "../pad/drawing.js";
import { Pad } from "../pad/pad.js";
import { prepareDrawing, SEVEN } from "../pad/prepare_drawing.js";
import { OutputBars } from "../ui/chart.js";
import { byId } from "../ui/dom.js";
import { activationText } from "../ui/format.js";
import { drawPixels, inputsOf } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";

export class DigitView {
  /** Of the digit on the pad, or of an example while that is empty. @type {Float32Array?} */
  #pixels = null;
  #layers = null;
  /** The hidden neuron that is silenced, from 0. @type {number?} */
  #silenced = null;

  #pending = 0; // the request to read the drawing

  constructor() {
    this.outputs = new OutputBars(byId("try-outputs"));
    const kept = loadDrawings();
    const isSquare = kept.states[kept.place].squares === 1;
    this.pad = new Pad(byId("pad"), byId("pen-cursor"), ...(isSquare ? [kept] : []));
    this.pad.addEventListener("draw", () => this.#readSoon());
    this.pad.addEventListener("change", () => {
      keepDrawings(this.pad.drawings);
      this.#readSoon();
    });
    byId("clear").addEventListener("click", () => this.pad.clear());
    this.#readSoon();
  }

  /** @param {import("../network/article.js").Layers} layers of the frame @param {number?} silenced hidden neuron */
  use(layers, silenced) {
    this.#layers = layers;
    this.#silenced = silenced;
    this.#show();
  }

  /** Reads the drawing at the next frame, also while a stroke is drawn. */
  #readSoon() {
    byId("pad-frame").classList.toggle("is-empty", this.pad.isEmpty);
    cancelAnimationFrame(this.#pending);
    this.#pending = requestAnimationFrame(() => {
      const { image } = prepareDrawing(this.pad.isEmpty ? SEVEN : this.pad.drawn);
      this.#pixels = inputsOf(image);
      this.#show();
    });
  }

  #show() {
    const pixels = this.#pixels;
    if (!pixels || !this.#layers) return;
    byId("try-source").textContent = this.pad.isEmpty
      ? translate("A 7 as an example. Draw your own digit on the pad.")
      : translate("Your digit, as 28 × 28 pixels");
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
