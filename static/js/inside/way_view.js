/** The digit's way through: one small picture for each layer, from the 28 × 28 pixels to the answer, to step along. */

import { element } from "../ui/dom.js";
import { words } from "./layer_words.js";
import { isOutput, isSame, placeOf } from "./network_layers.js";
import { drawLevels, frameCell, paletteOf } from "../ui/pixels.js";

const CELL_PX = 4;
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

export class WayView {
  #path = [];
  #shown;

  /** @param {HTMLElement} root @param {(neuron: import("./network_layers.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.steps = part("steps");
    this.moves = [
      [part("back"), -1],
      [part("next"), 1],
    ];
    for (const [button, step] of this.moves) button.addEventListener("click", () => this.#move(step));
    root.addEventListener("keydown", (event) => this.#press(event));
  }

  /**
   * @param {import("./network_layers.js").Layer[]} layers
   * @param {import("./network_layers.js").Neuron[]} path a neuron of each layer
   * @param {import("./network_layers.js").Neuron} shown
   */
  show(layers, path, shown) {
    const hasFocus = this.steps.contains(document.activeElement);
    [this.#path, this.#shown] = [path, shown];
    const palette = paletteOf(this.root);
    const pixels = element("span", { className: "quiet" }, words.pixelsOfPicture);
    const picture = element("li", {}, element("span", { className: "step" }, pictureOf(layers[0]), words.thePicture, pixels));
    const items = path.map((neuron) => element("li", {}, this.#button(layers, neuron, palette)));
    this.steps.replaceChildren(picture, ...items);
    for (const [button, step] of this.moves) button.ariaDisabled = String(!this.#neighbour(step));
    this.#bringIntoView(hasFocus);
  }

  #button(layers, neuron, palette) {
    const layer = layers[neuron.layer];
    const value = layer.outputs[placeOf(layer, neuron)];
    const inside = isOutput(layer)
      ? element("span", { className: "step-digit" }, String(neuron.map))
      : mapOf(layer, neuron, palette);
    const button = element("button", { type: "button", className: "step" }, inside);
    button.append(words.layerName(layers, neuron.layer), element("span", { className: "quiet" }, words.unitActivation(layer, value)));
    button.ariaLabel = words.neuronWithActivation(layers, neuron, value);
    const isShown = isSame(neuron, this.#shown);
    if (isShown) button.setAttribute("aria-current", "step");
    button.tabIndex = neuron.layer === this.#shown.layer ? 0 : -1; // the arrow keys reach the others
    button.addEventListener("click", () => this.onChoose(neuron));
    return button;
  }

  /** Keeps the step of the shown layer in sight, and the focus on it where a step had it. */
  #bringIntoView(hasFocus) {
    const button = this.steps.querySelector("button[tabindex='0']");
    if (hasFocus) button.focus({ preventScroll: true });
    const middle = button.offsetLeft + button.offsetWidth / 2;
    this.steps.scrollLeft = middle - this.steps.clientWidth / 2;
  }

  #press(event) {
    const step = KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    this.#move(step);
  }

  #move(step) {
    const neuron = this.#neighbour(step);
    if (neuron) this.onChoose(neuron);
  }

  /** @returns {import("./network_layers.js").Neuron | undefined} that of the way in the layer before or after */
  #neighbour(step) {
    return this.#path[this.#shown.layer - 1 + step];
  }
}

function pictureOf({ shape, outputs }) {
  const canvas = element("canvas", { width: CELL_PX * shape.columns, height: CELL_PX * shape.rows });
  drawLevels(canvas, outputs, shape.columns);
  return canvas;
}

/** The map of a neuron with a frame around it; of a dense layer, one square. */
function mapOf({ shape, outputs }, { map, row, column }, { mark }) {
  const side_px = Math.ceil((CELL_PX * 28) / shape.columns);
  const canvas = element("canvas", { width: side_px * shape.columns, height: side_px * shape.rows });
  const largest = Math.max(1, ...outputs);
  const ofMap = Array.from(outputs).filter((_, place) => place % shape.maps === map);
  drawLevels(canvas, ofMap.map((output) => output / largest), shape.columns);
  if (shape.columns > 1) frameCell(canvas, { row, column }, shape.columns, mark);
  return canvas;
}
