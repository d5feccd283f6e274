/** The layers of the network that reads: all neurons, the digit's way through, and the sum of the chosen neuron. */

import { readAddress, writeAddress } from "../state.js";
import { unitFromText, unitToText } from "./unit_text.js";
import { element } from "../ui/dom.js";
import { words } from "./layer_words.js";
import { LayerGrids } from "./layers.js";
import { hasNeuron, isSame, layersOf, strongestPath, isOutput } from "./network_layers.js";
import { onPaletteChange } from "../ui/pixels.js";
import { UnitView } from "./unit_view.js";
import { WayView } from "./way_view.js";
import { NeuronWeights } from "./weights.js";

const ADDRESS = "unit";

/** @typedef {import("./network_layers.js").Neuron} Neuron */

export class LayersView {
  #model;
  /** @type {import("./network_layers.js").Layer[]} none while there is nothing to read */
  #layers = [];
  /** @type {Neuron[]} */
  #path = [];
  /** As in the address, empty until someone chooses a neuron: another network may have another of that name, or none. */
  #chosen = readAddress(ADDRESS);
  /** Whether the chosen neuron is a step of the way: then it is that step of the next digit's way, too. @type {boolean?} */
  #isStep = null;
  #latest = 0;

  /** @param {HTMLElement} view */
  constructor(view) {
    const choose = (neuron) => this.#choose(neuron);
    const byId = (id) => view.querySelector(`#${id}`);
    this.root = byId("layers-whole");
    this.problem = byId("unit-problem");
    this.state = byId("unit-state");
    this.weights = new NeuronWeights(JSON.parse(view.dataset.hashes));
    this.grids = new LayerGrids(byId("layers"), choose);
    this.way = new WayView(byId("way"), choose);
    this.unit = new UnitView(byId("unit"), choose);
    this.choice = new UnitChoice(byId("unit"), choose);
    onPaletteChange(() => this.#path.length && this.#update());
  }

  /**
   * @param {{model: string, layers?: object[], output_layer: object, activations: number[]}} answer
   * @param {ArrayLike<number>?} pixels 784, 0..1
   */
  show({ model, layers, output_layer, activations }, pixels) {
    this.root.hidden = !pixels || !layers;
    this.#latest++;
    this.#layers = this.root.hidden ? [] : layersOf({ layers, output_layer, activations }, pixels);
    this.grids.show(this.#layers);
    this.root.classList.toggle("has-sums", Boolean(output_layer));
    this.#path = output_layer && !this.root.hidden ? strongestPath(this.#layers) : [];
    if (this.#path.length === 0) return;
    this.#model = model;
    const chosen = this.#named();
    if (chosen) this.#isStep ??= this.#isOnPath(chosen);
    this.#update();
  }

  #choose(neuron) {
    if (this.#path.length === 0) return; // a network that cannot be taken apart
    this.#isStep = this.#isOnPath(neuron);
    this.#chosen = unitToText(this.#layers, neuron);
    this.#update().then(() => (this.state.textContent = this.unit.sentence));
  }

  async #update() {
    const named = this.#named();
    const shown = this.#shownFor(named);
    if (named) {
      this.#chosen = unitToText(this.#layers, shown);
      writeAddress(ADDRESS, this.#chosen);
    }
    this.grids.mark(shown);
    this.way.show(this.#layers, this.#path, shown);
    this.choice.show(this.#layers, shown);
    const order = ++this.#latest;
    const weights = await this.weights.load(this.#model, shown.layer, shown.map).catch(() => null);
    if (order !== this.#latest) return;
    this.problem.hidden = weights !== null;
    this.problem.textContent = weights ? "" : words.cannotLoad;
    if (weights) this.unit.show(this.#layers, shown, weights);
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

  /** @param {HTMLElement} root @param {(neuron: import("./network_layers.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    const part = (name) => root.querySelector(`[data-part="choose-${name}"]`);
    this.select = part("layer");
    this.inputs = { map: part("map"), row: part("row"), column: part("column") };
    this.select.addEventListener("change", () => onChoose(this.#firstOf(Number(this.select.value))));
    for (const input of Object.values(this.inputs)) input.addEventListener("change", () => onChoose(this.#chosen()));
  }

  /** @param {import("./network_layers.js").Layer[]} layers @param {import("./network_layers.js").Neuron} shown */
  show(layers, shown) {
    this.#layers = layers;
    const names = layers.slice(1).map((_, index) => words.layerName(layers, index + 1));
    if (names.join() !== [...this.select.options].map(({ text }) => text).join()) {
      this.select.replaceChildren(...names.map((name, index) => element("option", { value: index + 1 }, name)));
    }
    this.select.value = shown.layer;
    const { shape, isConvolution } = layers[shown.layer];
    const isDigit = isOutput(layers[shown.layer]);
    const { map, row, column } = this.inputs;
    for (const [input, first, value, count] of [
      [map, isDigit ? 0 : 1, shown.map, shape.maps], // digits are counted from 0
      [row, 1, shown.row, shape.rows],
      [column, 1, shown.column, shape.columns],
    ]) {
      Object.assign(input, { min: first, max: first + count - 1, value: first + value });
    }
    row.closest("label").hidden = column.closest("label").hidden = !isConvolution;
    map.previousElementSibling.textContent = words.channelName(isConvolution, isDigit);
  }

  #chosen() {
    const value = ({ value, min, max }) => Math.min(Math.max(Math.round(value) || 0, min), max) - min;
    const { map, row, column } = this.inputs;
    return { layer: Number(this.select.value), map: value(map), row: value(row), column: value(column) };
  }

  /** @returns {import("./network_layers.js").Neuron} of another layer, the one in its middle */
  #firstOf(layer) {
    const { rows, columns } = this.#layers[layer].shape;
    return { layer, map: 0, row: rows >> 1, column: columns >> 1 };
  }
}
