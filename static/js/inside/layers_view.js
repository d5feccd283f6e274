/** The layers of the network that reads: the sum of any neuron. The stage shows them all. */

import { inAddress, storeInAddress } from "../state.js";
import { byId, element, partsOf } from "../ui/dom.js";
import { onPaletteChange } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { UnitView } from "./layer_neuron_view.js";
import { layerName, unitFromText, unitToText } from "./neuron_names.js";
import { hasNeuron, isOutput, layersOf, neuronAt } from "./sums.js";

/** @typedef {import("./sums.js").Neuron} Neuron */

export class LayersView {
  /** @type {import("./sums.js").Layer[]} none while there is nothing to read */
  #layers = [];
  /** As in the address, empty until someone chooses a neuron: another network may have another of that name, or none. */
  #chosen = "";

  constructor() {
    const choose = (neuron) => this.#choose(neuron);
    this.root = byId("unit");
    this.state = byId("unit-state");
    this.unit = new UnitView(this.root, choose);
    this.choice = new UnitChoice(this.root, choose);
    partsOf(this.root)("all").addEventListener("click", () => byId("decided").click());
    onPaletteChange(() => this.#layers.length > 0 && this.#render());
  }

  /** @param {import("../network/trained_network.js").TrainedNetwork?} network @param {ArrayLike<number>?} pixels 784, 0..1, or nothing */
  show(network, pixels) {
    this.root.hidden = !pixels;
    this.#layers = pixels ? layersOf(network, pixels) : [];
    this.#chosen = inAddress("unit") ?? this.#chosen;
    if (pixels) this.#render();
  }

  #choose(neuron) {
    this.#chosen = unitToText(this.#layers, neuron);
    storeInAddress({ unit: this.#chosen });
    this.#render();
    this.state.textContent = this.unit.sentence;
  }

  /** Shows the chosen neuron, if this network has it, or else the most active of the first layer. */
  #render() {
    const named = unitFromText(this.#layers, this.#chosen);
    const [, { outputs }] = this.#layers;
    const shown = named && hasNeuron(this.#layers, named) ? named : neuronAt(this.#layers, 1, outputs.indexOf(Math.max(...outputs)));
    this.choice.show(this.#layers, shown);
    this.unit.show(this.#layers, shown);
  }
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
