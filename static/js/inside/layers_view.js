/** The layers of the network that reads: all neurons, the digit's way through, and the sum of the chosen neuron. */

import { inAddress, storeInAddress } from "../state.js";
import { byId, element, partsOf } from "../ui/dom.js";
import { drawLevels, frameCell, onPaletteChange, paletteOf, SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { LayerGrids } from "./layer_grids.js";
import { UnitView } from "./layer_neuron_view.js";
import { layerName, unitActivation, unitFromText, unitName, unitToText } from "./neuron_names.js";
import { hasNeuron, isOutput, isSame, layersOf, levelsOfMap, placeOf, strongestPath } from "./sums.js";

/** @typedef {import("./sums.js").Neuron} Neuron */

export class LayersView {
  /** @type {import("./sums.js").Layer[]} none while there is nothing to read */
  #layers = [];
  /** @type {Neuron[]} */
  #path = [];
  /** As in the address, empty until someone chooses a neuron: another network may have another of that name, or none. */
  #chosen = inAddress("unit") ?? "";
  /** Whether the chosen neuron is a step of the way: then it is that step of the next digit's way, too. @type {boolean?} */
  #isStep = null;

  constructor() {
    const choose = (neuron) => this.#choose(neuron);
    this.root = byId("layers-whole");
    this.state = byId("unit-state");
    this.grids = new LayerGrids(byId("layers"), choose);
    this.way = new WayView(byId("way"), choose);
    this.unit = new UnitView(byId("unit"), choose);
    this.choice = new UnitChoice(byId("unit"), choose);
    onPaletteChange(() => this.#layers.length > 0 && this.#render());
  }

  /** @param {import("../network/trained_network.js").TrainedNetwork?} network @param {ArrayLike<number>?} pixels 784, 0..1, or nothing */
  show(network, pixels) {
    this.root.hidden = !pixels;
    this.#layers = pixels ? layersOf(network, pixels) : [];
    this.grids.show(this.#layers);
    if (!pixels) return;
    this.#path = strongestPath(this.#layers);
    const chosen = this.#named();
    if (chosen) this.#isStep ??= this.#isOnPath(chosen);
    this.#render();
  }

  #choose(neuron) {
    this.#isStep = this.#isOnPath(neuron);
    this.#chosen = unitToText(this.#layers, neuron);
    this.#render();
    this.state.textContent = this.unit.sentence;
  }

  #render() {
    const named = this.#named();
    const shown = this.#shownFor(named);
    if (named) {
      this.#chosen = unitToText(this.#layers, shown);
      storeInAddress({ unit: this.#chosen });
    }
    this.grids.mark(shown);
    this.way.show(this.#layers, this.#path, shown);
    this.choice.show(this.#layers, shown);
    this.unit.show(this.#layers, shown);
  }

  /** @returns {Neuron?} the chosen one, if this network has it */
  #named() {
    const neuron = unitFromText(this.#layers, this.#chosen);
    return neuron && hasNeuron(this.#layers, neuron) ? neuron : null;
  }

  /** @returns {Neuron} the chosen one, or the first step of the way until someone chooses */
  #shownFor(named) {
    if (!named) return this.#path[0];
    return this.#isStep ? this.#path[named.layer - 1] : named;
  }

  #isOnPath = (neuron) => isSame(neuron, this.#path[neuron.layer - 1]);
}

/** Chooses a neuron by numbers, without touching it: its layer, its map, row and column. */
class UnitChoice {
  #layers = [];

  /** @param {HTMLElement} root @param {(neuron: import("./sums.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    const part = (name) => root.querySelector(`[data-part="choose-${name}"]`);
    this.select = part("layer");
    this.inputs = { map: part("map"), row: part("row"), column: part("column") };
    this.select.addEventListener("change", () => onChoose(this.#firstOf(Number(this.select.value))));
    for (const input of Object.values(this.inputs)) input.addEventListener("change", () => onChoose(this.#chosen()));
  }

  /** @param {import("./sums.js").Layer[]} layers @param {import("./sums.js").Neuron} shown */
  show(layers, shown) {
    this.#layers = layers;
    const names = layers.slice(1).map((_, index) => layerName(layers, index + 1));
    if (names.join() !== [...this.select.options].map(({ text }) => text).join()) {
      this.select.replaceChildren(...names.map((name, index) => element("option", { value: index + 1 }, name)));
    }
    this.select.value = shown.layer;
    const { shape, isConvolution } = layers[shown.layer];
    const isDigit = isOutput(layers[shown.layer]);
    const name = isConvolution ? translate("Feature map") : translate("Neuron");
    const { map, row, column } = this.inputs;
    for (const [input, first, value, count] of [
      [map, isDigit ? 0 : 1, shown.map, shape.maps], // digits are counted from 0
      [row, 1, shown.row, shape.rows],
      [column, 1, shown.column, shape.columns],
    ]) {
      Object.assign(input, { min: first, max: first + count - 1, value: first + value });
    }
    row.closest("label").hidden = column.closest("label").hidden = !isConvolution;
    map.previousElementSibling.textContent = isDigit ? translate("Digit") : name;
  }

  #chosen() {
    const value = ({ value, min, max }) => Math.min(Math.max(Math.round(value) || 0, min), max) - min;
    const { map, row, column } = this.inputs;
    return { layer: Number(this.select.value), map: value(map), row: value(row), column: value(column) };
  }

  /** @returns {import("./sums.js").Neuron} of another layer, the one in its middle */
  #firstOf(layer) {
    const { rows, columns } = this.#layers[layer].shape;
    return { layer, map: 0, row: rows >> 1, column: columns >> 1 };
  }
}

const CELL_PX = 4;
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

class WayView {
  #path = [];
  #shown;

  /** @param {HTMLElement} root @param {(neuron: import("./sums.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    const part = partsOf(root);
    this.steps = part("steps");
    this.moves = [
      [part("back"), -1],
      [part("next"), 1],
    ];
    for (const [button, step] of this.moves) button.addEventListener("click", () => this.#move(step));
    root.addEventListener("keydown", (event) => this.#press(event));
  }

  /**
   * @param {import("./sums.js").Neuron[]} path a neuron of each layer
   * @param {import("./sums.js").Neuron} shown
   */
  show(layers, path, shown) {
    const hasFocus = this.steps.contains(document.activeElement);
    [this.#path, this.#shown] = [path, shown];
    const palette = paletteOf(this.root);
    const pixels = element("span", { className: "quiet" }, "28 × 28");
    const picture = element("li", { className: "row" }, element("span", { className: "step tile" }, levelsCanvas(layers[0], 0), translate("Picture"), pixels));
    const items = path.map((neuron) => element("li", { className: "row" }, this.#button(layers, neuron, palette)));
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
    const button = element("button", { type: "button", className: "step tile" }, inside);
    const activation = unitActivation(layer, value);
    button.append(layerName(layers, neuron.layer), element("span", { className: "quiet" }, activation));
    button.ariaLabel = translate("{name}: activation {activation}", { name: unitName(layers, neuron), activation });
    if (isSame(neuron, this.#shown)) button.ariaCurrent = "step";
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

  /** @returns {import("./sums.js").Neuron | undefined} the way's neuron in the layer before or after */
  #neighbour(step) {
    return this.#path[this.#shown.layer - 1 + step];
  }
}

/** The levels of a map; of a neuron of a dense layer, one square. */
function levelsCanvas(layer, map) {
  const { rows, columns } = layer.shape;
  const side_px = Math.ceil((CELL_PX * SIDE) / columns);
  const canvas = element("canvas", { width: side_px * columns, height: side_px * rows });
  drawLevels(canvas, levelsOfMap(layer, map), columns);
  return canvas;
}

/** The map of a neuron with a frame around it. */
function mapOf(layer, { map, row, column }, { mark }) {
  const canvas = levelsCanvas(layer, map);
  const { columns } = layer.shape;
  if (columns > 1) frameCell(canvas, { row, column }, columns, mark);
  return canvas;
}
