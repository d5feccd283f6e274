/** The weights of the hidden neurons as pictures, which form while the run plays; one of them large. */

import { element } from "../ui/dom.js";
import { drawSigned, onPaletteChange, paletteOf, SIDE, usualLimit } from "../ui/pixels.js";
import { PIXELS } from "../network/article.js";
import { words } from "./learn_words.js";

const OPAQUE = 255;
const STEPS = 255; // shades of a colour
const SAMPLED = 7; // one of so many weights is enough to find how large they usually are, at every frame

export class NeuronsView {
  /** The neuron that is shown large, from 0. @type {number?} */
  chosen = null;
  /** The neuron that is silenced on the pad, from 0. @type {number?} */
  silenced = null;
  /** @type {import("../network/article.js").Layer?} */
  #layer = null;
  #colours = null;

  /** @param {HTMLElement} root @param {() => void} onChoose a neuron was chosen, or silenced */
  constructor(root, onChoose) {
    Object.assign(this, { root, onChoose });
    this.list = root.querySelector("#neuron-pictures");
    this.large = root.querySelector("#large-neuron");
    this.silence = root.querySelector("#silence-chosen");
    this.silence.addEventListener("click", () => {
      this.silenced = this.silenced === null ? this.chosen : null;
      this.#change();
    });
    onPaletteChange(() => {
      this.#colours = null;
      if (this.#layer) this.show(this.#layer);
    });
  }

  /** @param {import("../network/article.js").Layer} layer the hidden one of the frame */
  show(layer) {
    this.#layer = layer;
    const hidden = layer.biases.length;
    if (this.list.children.length !== hidden) this.#makeList(hidden);
    this.#colours ??= coloursOf(paletteOf(this.root));
    const limit = usualLimit(layer.weights.filter((_, place) => place % SAMPLED === 0)) || 1;
    this.list.querySelectorAll("canvas").forEach((canvas, neuron) => drawWeights(canvas, layer, neuron, limit, this.#colours));
    this.#showLarge(limit);
  }

  #makeList(hidden) {
    this.list.replaceChildren(...Array.from({ length: hidden }, (_, neuron) => this.#item(neuron)));
    this.list.dataset.size = hidden > 30 ? "many" : "few";
    if (this.chosen >= hidden) this.chosen = this.silenced = null;
  }

  #item(neuron) {
    const canvas = element("canvas", { width: SIDE, height: SIDE });
    const button = element("button", { type: "button", ariaLabel: words.neurons.label(neuron) }, canvas);
    button.append(element("span", { ariaHidden: "true" }, String(neuron + 1)));
    button.addEventListener("click", () => {
      this.chosen = this.chosen === neuron ? null : neuron;
      this.silenced = null;
      this.#change();
    });
    return element("li", {}, button);
  }

  #change() {
    this.show(this.#layer);
    this.onChoose();
  }

  #showLarge(limit) {
    this.list.querySelectorAll("button").forEach((button, neuron) => (button.ariaPressed = String(neuron === this.chosen)));
    this.large.hidden = this.chosen === null;
    if (this.chosen === null) return;
    this.silence.ariaPressed = String(this.silenced !== null);
    const { weights, biases } = this.#layer;
    const own = Float32Array.from({ length: PIXELS }, (_, pixel) => weights[pixel * biases.length + this.chosen]);
    const canvas = this.large.querySelector("canvas");
    drawSigned(canvas, own, limit, paletteOf(this.root));
    canvas.ariaLabel = words.neurons.chosen(this.chosen);
    this.large.querySelector("[data-part=caption]").textContent = words.neurons.chosen(this.chosen);
  }
}

/** Draws a pixel for each weight of a neuron: at every frame, and so by whole pixels, not by rectangles. */
function drawWeights(canvas, { weights, biases }, neuron, limit, colours) {
  const image = new ImageData(SIDE, SIDE);
  const pixels = new Uint32Array(image.data.buffer);
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const share = Math.max(-1, Math.min(weights[pixel * biases.length + neuron] / limit, 1));
    pixels[pixel] = colours[Math.round((share + 1) * STEPS)];
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** @param {import("../ui/pixels.js").Palette} palette @returns {Uint32Array} pixels, from the lowest weight to the highest */
function coloursOf(palette) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const [plus, minus, zero] = [palette.plus, palette.minus, palette.zero].map((colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  });
  const bytes = new Uint8ClampedArray(4 * (2 * STEPS + 1)).fill(OPAQUE);
  for (let step = -STEPS; step <= STEPS; step++) {
    const [share, colour] = [Math.abs(step) / STEPS, step > 0 ? plus : minus];
    for (let part = 0; part < 3; part++) bytes[4 * (step + STEPS) + part] = zero[part] + share * (colour[part] - zero[part]);
  }
  return new Uint32Array(bytes.buffer);
}
