/** Back propagation: from the cost of the digit to single weights, in numbers, and one step. */

import { activationText, fixed, signed } from "../inside/format.js";
import { rowAndColumn } from "../inside/geometry.js";
import { HIDDEN, OUTPUTS, feedforward } from "../inside/network.js";
import { strongest, strongestHidden } from "../inside/sums.js";
import { words as inside } from "../inside/words.js";
import { definition, scrollingTable } from "./elements.js";
import { NeuronChoice } from "./neuron_choice.js";
import { backprop, costOf, slope, targetsOf, updateMiniBatch } from "./training.js";
import { words } from "./words.js";

const RATE = 3;
const DECIMALS = 6;

export class BackpropView {
  /** @param {HTMLElement} root @param {(chosen: object) => void} onChoose */
  constructor(root, onChoose) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.choice = new NeuronChoice(this.part("neuron"), onChoose);
  }

  /** @param {import("../lesson.js").State} state */
  show({ network, pixels, label, computed, chosen }) {
    this.choice.show(chosen);
    const example = { pixels, label };
    const pass = backprop(network, example);
    const stepped = updateMiniBatch(network, [example], RATE).network;
    const k = chosen.layer === "output" ? chosen.neuron : label;
    const { neuron: j } = chosen.layer === "hidden" ? chosen : strongestHidden(network.output, computed);
    this.part("delta").replaceChildren(...chain(network, computed, pass.deltas, targetsOf(label), j, k).map(definition));
    this.part("caption").textContent = words.stepCaption;
    const rows = changes(network, stepped, pass.gradients, pixels, j, k);
    this.part("weights").replaceChildren(scrollingTable(words.weightHeadings, rows));
    const after = costOf(feedforward(stepped, pixels).output.activations, targetsOf(label));
    this.part("cost").textContent = `C = ${fixed(pass.cost, 6)} → ${fixed(after, 6)}`;
  }
}

/** @returns {[string, string][]} the derivatives from output k down to hidden neuron j, each from the one above */
function chain(network, { hidden, output }, deltas, targets, j, k) {
  const [a, below] = [output.activations[k], hidden.activations[j]];
  const back = deltas.output.reduce((sum, delta, each) => sum + delta * network.output.weights[j * OUTPUTS + each], 0);
  const number = (value) => signed(value, DECIMALS);
  return [
    [`${words.outputOf(k)}: ∂C/∂a = a − y`, `${activationText(a, DECIMALS)} − ${targets[k]} = ${number(a - targets[k])}`],
    ["δ = ∂C/∂a · a (1 − a)", `${number(a - targets[k])} · ${fixed(slope(a), DECIMALS)} = ${number(deltas.output[k])}`],
    [`${words.input(j)}: ∂C/∂a = Σ w·δ`, number(back)],
    ["δ = ∂C/∂a · a (1 − a)", `${number(back)} · ${fixed(slope(below), DECIMALS)} = ${number(deltas.hidden[j])}`],
  ];
}

/** @returns {string[][]} four parameters before and after the step, by their names */
function changes(before, after, gradients, pixels, j, k) {
  const column = Array.from(pixels, (_, i) => gradients.hidden.weights[i * HIDDEN + j]);
  const [pixel = 0] = strongest(column, 1);
  const { row, column: across } = rowAndColumn(pixel);
  const [neuron, output] = [words.input(j), words.outputOf(k)];
  const rows = [
    [words.weight(neuron, output), "output", "weights", j * OUTPUTS + k],
    [words.bias(output), "output", "biases", k],
    [words.weight(inside.pixelRow({ row, column: across }), neuron), "hidden", "weights", pixel * HIDDEN + j],
    [words.bias(neuron), "hidden", "biases", j],
  ];
  return rows.map(([name, layer, part, place]) => [
    name,
    ...[before, gradients, after].map((each) => signed(each[layer][part][place], DECIMALS)),
  ]);
}
