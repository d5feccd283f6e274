/** Back propagation, from the cost of the digit to single weights: drawn, measured, and in numbers. */

import { pixelName } from "../inside/neuron_names.js";
import { strongest, strongestHidden } from "../inside/sums.js";
import { ArticleNetwork, HIDDEN, OUTPUTS } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { scrollingTable, showDefinitions } from "../ui/dom.js";
import { activationText, fixed, signed } from "../ui/format.js";
import { translate } from "../ui/translate.js";
import { FlowView } from "./flow_view.js";
import { inputName, NeuronStepView } from "./network_steps.js";
import { SlopeView } from "./slope_view.js";
import { flowBack, gradientsOf } from "./slopes.js";

const RATE = 3;
const DECIMALS = 6;

export class BackpropView extends NeuronStepView {
  constructor(root, onChoose) {
    super(root, onChoose);
    this.flow = new FlowView(this.part("flow"), onChoose);
    this.slope = new SlopeView(this.part("wiggle"));
  }

  /** @param {import("../lesson.js").State} state */
  show(state) {
    const { network, pixels, label, computed, chosen } = state;
    this.showChoice(chosen);
    const k = chosen.layer === "output" ? chosen.neuron : label;
    const { neuron: j } = chosen.layer === "hidden" ? chosen : strongestHidden(network.output, computed);
    const [flow, gradients] = [flowBack(network, computed, label), gradientsOf(network, pixels, label)];
    const parameters = parametersBetween(gradients, j, k);
    this.flow.show(flow, j);
    this.slope.show(state, parameters);
    showDefinitions(this.part("delta"), chain(flow, computed, label, j, k));
    const stepped = ArticleNetwork.from(network);
    const cost = stepped.updateMiniBatch(pixels, oneHot([label]), RATE);
    this.part("caption").textContent = translate("One step with η = 3, for your digit alone: four of the 11,935 parameters");
    const rows = parameters.map(([name, { layer, kind, place }]) => [
      name,
      ...[network, gradients, stepped].map((each) => signed(each[layer][kind][place], DECIMALS)),
    ]);
    const headings = [translate("Parameter"), translate("before"), "∂C/∂w", translate("after")];
    this.part("weights").replaceChildren(scrollingTable(headings, rows));
    const after = stepped.loss.cost(stepped.feedforward(pixels), oneHot([label]));
    this.part("cost").textContent = `C = ${fixed(cost, DECIMALS)} → ${fixed(after, DECIMALS)}`;
  }
}

const outputName = (digit) => translate("output {digit}", { digit });

/** @returns {[string, string][]} the derivatives from output k down to hidden neuron j, each from the one above */
function chain(flow, { output }, label, j, k) {
  const { errors, deltas, sums, slopes, deltasBelow } = flow;
  const a = output.activations[k];
  const target = k === label ? 1 : 0;
  const number = (value) => signed(value, DECIMALS);
  return [
    [`${outputName(k)}: ∂C/∂a = a − y`, `${activationText(a, DECIMALS)} − ${target} = ${number(errors[k])}`],
    ["δ = ∂C/∂a · a (1 − a)", `${number(errors[k])} · ${fixed(a * (1 - a), DECIMALS)} = ${number(deltas[k])}`],
    [`${inputName(j)}: ∂C/∂a = Σ w·δ`, number(sums[j])],
    ["δ = ∂C/∂a · a (1 − a)", `${number(sums[j])} · ${fixed(slopes[j], DECIMALS)} = ${number(deltasBelow[j])}`],
  ];
}

/** @returns {[string, import("./slopes.js").Parameter][]} on the way from a pixel through hidden neuron j to output k, with their names */
function parametersBetween(gradients, j, k) {
  const column = Array.from({ length: gradients.hidden.weights.length / HIDDEN }, (_, i) => gradients.hidden.weights[i * HIDDEN + j]);
  const [pixel = 0] = strongest(column, 1);
  const [neuron, output] = [inputName(j), outputName(k)];
  const weight = (from, to) => translate("weight from {from} to {to}", { from, to });
  const bias = (name) => translate("bias of {neuron}", { neuron: name });
  return [
    [weight(neuron, output), { layer: "output", kind: "weights", place: j * OUTPUTS + k }],
    [bias(output), { layer: "output", kind: "biases", place: k }],
    [weight(pixelName(pixel), neuron), { layer: "hidden", kind: "weights", place: pixel * HIDDEN + j }],
    [bias(neuron), { layer: "hidden", kind: "biases", place: j }],
  ];
}
