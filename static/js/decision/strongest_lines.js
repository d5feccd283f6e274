/**
 * The strongest lines of a network, traced backward from one output.
 *
 * A line's strength is its product, weight times activation, as a part of all products that push the sum of its neuron up, times the
 * strength of that neuron. For a feature map its most active neuron stands.
 *
 * @typedef {{layer: number, from: number, to: number, strength: number, product: number}} Line to a map of the layer, from a map
 *   of the layer below, or from a pixel of the picture, 0..783; the strongest of the layer has strength 1
 */

import { mostActive, placeOf, strongest, sumOf } from "../inside/sums.js";
import { SIDE } from "../ui/pixels.js";

const MOST_COUNTED = 8; // neurons of a layer
const MOST_PIXELS = 48;
const INPUTS = 5; // lines to a neuron that counts
const FAINT = 20; // neurons of a layer that do not count, but have lines
const FAINT_INPUTS = 2;
const TOUCHED_INPUTS = 12;

/** @typedef {import("../inside/sums.js").Layer} Layer */

/** @returns {number} the largest activation of a map */
const largestOf = (layers, layer, map) => layers[layer].outputs[placeOf(layers[layer], mostActive(layers, layer, map))];

export class StrongestLines {
  /** What each map below, or each pixel, adds to the sum of a neuron. @type {Map<string, number[]>} */
  #products = new Map();
  /** By layer, how much each neuron counts, 0..1. @type {Map<number, number>[]} */
  scores = [];
  /** @type {Line[]} of the neurons that count */
  lines = [];
  /** @type {Line[]} */
  faint = [];

  /** @param {Layer[]} layers of `layersOf` */
  constructor(layers) {
    this.layers = layers;
  }

  /** Traces the lines layer by layer, so that the page can do something else in between. @param {number} output */
  *trace(output) {
    const top = this.layers.length - 1;
    this.scores[top] = new Map([[output, 1]]);
    for (let layer = top; layer > 0; layer--) {
      const found = [...this.scores[layer]].flatMap(([to, score]) => this.#up(layer, to, INPUTS, score));
      const sums = new Map();
      for (const { from, strength } of found) sums.set(from, (sums.get(from) ?? 0) + strength);
      const counted = [...sums].sort((one, other) => other[1] - one[1]).slice(0, layer > 1 ? MOST_COUNTED : MOST_PIXELS);
      this.scores[layer - 1] = new Map(counted.map(([from, sum]) => [from, sum / counted[0][1]]));
      const kept = found.filter(({ from }) => this.scores[layer - 1].has(from));
      const most = Math.max(...kept.map(({ strength }) => strength));
      this.lines.push(...kept.map((line) => ({ ...line, strength: line.strength / most })));
      yield;
      const activations = Array.from({ length: this.layers[layer].shape.maps }, (_, map) => largestOf(this.layers, layer, map));
      const others = strongest(activations, activations.length).filter((map) => !this.scores[layer].has(map));
      this.faint.push(...others.slice(0, FAINT).flatMap((to) => this.#up(layer, to, FAINT_INPUTS, 1)));
      yield;
    }
  }

  /** @returns {Line[]} to and from a neuron: its strongest inputs, and its products in the sums of neurons that count */
  of(layer, map) {
    const products = this.#productsOf(layer, map);
    const incoming = strongest(products, TOUCHED_INPUTS).map((from) => ({ layer, from, to: map, product: products[from] }));
    const isBelowOutputs = layer === this.layers.length - 2;
    const next = isBelowOutputs ? this.layers.at(-1).outputs.map((_, digit) => digit) : [...(this.scores[layer + 1]?.keys() ?? [])];
    const outgoing = next.map((to) => ({ layer: layer + 1, from: map, to, product: this.#productsOf(layer + 1, to)[map] }));
    return [incoming, outgoing].flatMap((lines) => {
      const most = Math.max(...lines.map(({ product }) => Math.abs(product)));
      return lines.filter(({ product }) => product).map((line) => ({ ...line, strength: Math.abs(line.product) / most }));
    });
  }

  /** @returns {Line[]} the inputs that push a neuron's sum up most */
  #up(layer, to, count, score) {
    const products = this.#productsOf(layer, to).map((product) => Math.max(product, 0));
    const all = products.reduce((sum, product) => sum + product, 0);
    return strongest(products, count).map((from) => {
      const product = products[from];
      return { layer, from, to, product, strength: (score * product) / all };
    });
  }

  #productsOf(layer, map) {
    const key = `${layer}-${map}`;
    if (!this.#products.has(key)) this.#products.set(key, productsTo(this.layers, mostActive(this.layers, layer, map)));
    return this.#products.get(key);
  }
}

/** @returns {number[]} what each map of the layer below adds to a neuron's sum, or each of the 784 pixels */
function productsTo(layers, neuron) {
  const { kept } = sumOf(layers, neuron);
  if (neuron.layer > 1) return kept.contributions;
  const { kernel } = layers[1];
  const found = new Array(SIDE * SIDE).fill(0);
  kept.products[0].forEach((product, cell) => {
    const [row, column] = [kept.top + Math.floor(cell / kernel.columns), kept.left + (cell % kernel.columns)];
    if (product) found[row * SIDE + column] = product; // outside of the picture it is 0
  });
  return found;
}
