/** One neuron of any layer: where it lies, which pixels it depends on, and its sum worked out in numbers. */

import { element, table } from "../ui/dom.js";
import { signed, activationText, fixed } from "../ui/format.js";
import { drawLevels, frame, frameCell, paletteOf, SIDE } from "../ui/pixels.js";
import { words } from "./layer_words.js";
import { placeOf } from "./network_layers.js";
import { receptiveField, sumOf } from "./neuron_sum.js";
import { MOST_ROWS, StrongestInputs } from "./strongest_inputs.js";
import { strongest } from "./sums.js";

const CELL_PX = 10;

export class UnitView {
  #layers;
  #shown;
  /** What is shown, for screen readers. */
  sentence = "";

  /** @param {HTMLElement} root @param {(neuron: import("./network_layers.js").Neuron) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.inputs = new StrongestInputs(root, onChoose);
    this.map = this.part("map");
    this.map.addEventListener("click", ({ offsetX, offsetY }) => {
      const { rows, columns } = this.#layers[this.#shown.layer].shape;
      const [row, column] = [
        Math.floor((offsetY * rows) / this.map.clientHeight),
        Math.floor((offsetX * columns) / this.map.clientWidth),
      ];
      onChoose({ ...this.#shown, row, column });
    });
  }

  /**
   * @param {import("./network_layers.js").Layer[]} layers
   * @param {import("./network_layers.js").Neuron} neuron
   * @param {import("./neuron_sum.js").Weights} weights of the neuron
   */
  show(layers, neuron, weights) {
    [this.#layers, this.#shown] = [layers, neuron];
    const [below, layer] = [layers[neuron.layer - 1], layers[neuron.layer]];
    const sum = sumOf(weights, layer, below, neuron);
    this.part("title").textContent = words.unitName(layers, neuron);
    this.part("explanation").textContent = words.unitExplanation(layers, neuron);
    this.#showField();
    this.#showMap(layer);
    const places = strongest(sum.kept.contributions, MOST_ROWS);
    this.#showSum(sum, places, weights.bias);
    this.part("outputs").replaceChildren(...softmaxTable(layer));
    this.inputs.show({ layers, neuron, weights, sum, places });
    const first = places.length > 0 ? words.inputName(layers, neuron.layer - 1, places[0]) : "";
    this.sentence = words.unitSentence(layers, neuron, sum, first);
  }

  #showField() {
    const picture = this.#layers[0];
    const canvas = this.part("field");
    canvas.width = canvas.height = CELL_PX * SIDE;
    drawLevels(canvas, picture.outputs, SIDE);
    const field = receptiveField(this.#layers, this.#shown);
    frame(canvas, field, CELL_PX, paletteOf(this.root).mark);
    canvas.ariaLabel = words.fieldLabel(field);
    this.part("field-caption").textContent = words.fieldCaption(field);
  }

  #showMap({ shape: { rows, columns, maps }, outputs, isConvolution }) {
    this.part("map-figure").hidden = !isConvolution;
    if (!isConvolution) return;
    const { map, row, column } = this.#shown;
    const side_px = Math.round((CELL_PX * SIDE) / columns);
    [this.map.width, this.map.height] = [side_px * columns, side_px * rows];
    const largest = Math.max(1, ...outputs);
    const levels = Array.from(outputs, (output) => output / largest).filter((_, place) => place % maps === map);
    drawLevels(this.map, levels, columns);
    frameCell(this.map, { row, column }, columns, paletteOf(this.root).mark);
    this.map.ariaLabel = words.mapOfUnitLabel(map + 1, row + 1, column + 1);
    this.part("map-caption").textContent = words.mapOfUnitCaption(map + 1);
  }

  #showSum({ kept, windows, activation }, places, bias) {
    const { layer: number } = this.#shown;
    const [below, layer] = [this.#layers[number - 1], this.#layers[number]];
    const total = kept.z - bias;
    const ofStrongest = places.reduce((sum, place) => sum + kept.contributions[place], 0);
    const more = below.shape.maps - places.length;
    const number3 = (value) => signed(value, 3);
    const rows =
      below.shape.maps === 1
        ? [[words.allProducts(layer.kernel.rows * layer.kernel.columns), number3(total)]]
        : [
            [words.strongestTogether(this.#layers, number - 1, places.length), number3(ofStrongest)],
            [words.othersTogether(this.#layers, number - 1, more), number3(total - ofStrongest)],
          ];
    rows.push([words.bias, number3(bias)], [words.zOfUnit, number3(kept.z)]);
    const others = windows.filter((window) => window !== kept).map(({ z }) => signed(z));
    if (others.length > 0) rows.push([words.pooled(windows.length), others.join(", ")]);
    const served = layer.outputs[placeOf(layer, this.#shown)];
    rows.push([words.activationOf(layer), words.unitActivation(layer, activation)]);
    rows.push([words.served, words.unitActivation(layer, served)]);
    this.part("sum").replaceChildren(
      ...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
    );
  }
}

/**
 * Returns how softmax makes the ten activations of the sums of the outputs.
 * @param {import("./network_layers.js").Layer} layer
 * @returns {Node[]} nothing for another layer than an output layer with softmax
 */
function softmaxTable({ name, sums, temperature, outputs }) {
  if (name !== "Softmax()") return [];
  const powers = sums.map((z) => Math.exp(z / temperature));
  const total = powers.reduce((sum, each) => sum + each, 0);
  const rows = sums.map((z, digit) => [String(digit), signed(z, 3), fixed(powers[digit], 3), activationText(outputs[digit])]);
  rows.push([words.softmaxTotal, "", fixed(total, 3), ""]);
  const notes = [words.softmaxNote, ...(temperature === 1 ? [] : [words.temperatureNote(temperature)])];
  return [
    element("h3", {}, words.softmaxTitle),
    table(words.softmaxHeadings(temperature), rows),
    element("p", { className: "quiet" }, notes.join(" ")),
  ];
}
