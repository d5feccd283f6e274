/** Back propagation: from the cost of the digit to single weights, in numbers, and one step. */

import { activationText, fixed, signed } from "../inside/format.js";
import { rowAndColumn } from "../inside/geometry.js";
import { ArticleNetwork, HIDDEN, OUTPUTS } from "../network/article.js";
import { slope } from "../network/layers.js";
import { oneHot } from "../network/losses.js";
import { strongest, strongestHidden } from "../inside/sums.js";
import { words as inside } from "../inside/words.js";
import { definition, scrollingTable } from "./elements.js";
import { NeuronChoice } from "./neuron_choice.js";
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
    const targets = oneHot([label]);
    const stepped = ArticleNetwork.from(network);
    const cost = stepped.updateMiniBatch(pixels, targets, RATE);
    const gradients = gradientsOf(stepped);
    const k = chosen.layer === "output" ? chosen.neuron : label;
    const { neuron: j } = chosen.layer === "hidden" ? chosen : strongestHidden(network.output, computed);
    this.part("delta").replaceChildren(...chain(network, computed, gradients, targets, j, k).map(definition));
    this.part("caption").textContent = words.stepCaption;
    const rows = changes(network, stepped, gradients, pixels, j, k);
    this.part("weights").replaceChildren(scrollingTable(words.weightHeadings, rows));
    const after = stepped.loss.cost(stepped.feedforward(pixels), targets);
    this.part("cost").textContent = `C = ${fixed(cost, 6)} → ${fixed(after, 6)}`;
  }
}

/** @returns {import("../network/article.js").Layers} the derivatives of the cost by each weight and bias; for one example those by the biases are δ */
function gradientsOf({ hidden, output }) {
  const of = ({ weightsGradient, biasesGradient }) => ({ weights: weightsGradient, biases: biasesGradient });
  return { hidden: of(hidden), output: of(output) };
}

/** @returns {[string, string][]} the derivatives from output k down to hidden neuron j, each from the one above */
function chain(network, { hidden, output }, gradients, targets, j, k) {
  const deltas = { hidden: gradients.hidden.biases, output: gradients.output.biases };
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
