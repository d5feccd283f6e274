/** Chooses a neuron by numbers, without touching it: its layer, its map, row and column. */

import { element } from "./dom.js";
import { words } from "./layer_words.js";
import { isOutput } from "./network_layers.js";

export class UnitChoice {
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
