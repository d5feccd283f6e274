/** The steps that show what the trained network computes of the digit; each is a view of its section. */

import { Diagram, drawWeightsAndProducts } from "../inside/diagram.js";
import { answerSentence, neuronName, neuronToText, pixelName, SIGMOID } from "../inside/neuron_names.js";
import { strongest, strongestHidden, sumRows, weightedSum } from "../inside/sums.js";
import { HIDDEN, incomingWeights, OUTPUTS } from "../network/article.js";
import { sigmoid, slope } from "../network/layers.js";
import { oneHot, QuadraticCost } from "../network/losses.js";
import { words } from "../server/sending_words.js";
import { Plot, signedBar } from "../ui/chart.js";
import { element, partsOf, scrollingTable, showDefinitions } from "../ui/dom.js";
import { activationText, equals, fixed, readable, signed } from "../ui/format.js";
import { fillPixelTable, SIDE } from "../ui/pixels.js";
import { isStandalone, translate } from "../ui/translate.js";
import { CostOfParameter, gradientsOf } from "./slopes.js";

/** The view of a step: its elements have names, and its `show` takes the lesson's state. @typedef {import("../lesson.js").State} State */
export class StepView {
  constructor(root) {
    this.part = partsOf(root);
  }
}

const END = 8; // of the sigmoid's axis: further out it is flat
const POINTS = 161;
const MOST_ROWS = 8; // of the products of 784 pixels
const DECIMALS = 6;
const CHANGE = 0.1; // of a weight, to see what that changes
const AS_A_BAR = translate("as a bar");
const NO_CHANGES = { hidden: { silenced: new Set() }, output: { silenced: new Set() } };

/** The view of a step that shows one of the 25 neurons, which is chosen in a list; the same one in each step. */
export class NeuronStepView extends StepView {
  /** @param {HTMLElement} root @param {(chosen: import("../inside/neuron_names.js").Chosen) => void} onChoose */
  constructor(root, onChoose) {
    super(root);
    const select = this.part("neuron");
    const ofLayer = (layer, count) => Array.from({ length: count }, (_, neuron) => ({ layer, neuron }));
    const neurons = [...ofLayer("hidden", HIDDEN), ...ofLayer("output", OUTPUTS)];
    select.replaceChildren(...neurons.map((each) => element("option", { value: neuronToText(each) }, neuronName(each))));
    select.addEventListener("change", () => onChoose(neurons[select.selectedIndex]));
  }

  showChoice(chosen) {
    this.part("neuron").value = neuronToText(chosen);
  }
}

/** The data: the digit as 784 numbers, and its label as ten targets. */
export class PixelsView extends StepView {
  constructor(root) {
    super(root);
    this.#fill(new Array(SIDE * SIDE).fill(0)); // as large as it will be
  }

  show({ pixels, label }) {
    this.#fill(Array.from(pixels, (pixel) => Math.round(255 * pixel)));
    this.part("target").textContent = `y = (${oneHot([label]).join(", ")})`;
  }

  #fill(levels) {
    fillPixelTable(this.part("numbers"), levels);
  }
}

/** The sigmoid, and where the sums of the network's neurons lie on it. */
export class SigmoidView extends NeuronStepView {
  show({ computed, chosen }) {
    this.showChoice(chosen);
    const z = computed[chosen.layer].z[chosen.neuron];
    const a = sigmoid(z);
    const svg = this.part("curve");
    const plot = new Plot(svg, [-END, END], [0, 1]);
    plot.ticksBelow([-8, -4, 0, 4, 8]);
    plot.ticksBeside([0, 0.5, 1]);
    plot.line(
      Array.from({ length: POINTS }, (_, place) => -END + (2 * END * place) / (POINTS - 1)).map((x) => [x, sigmoid(x)]),
      "curve",
    );
    const dot = (sum, name) => plot.dot(Math.min(Math.max(sum, -END), END), sigmoid(sum), name);
    for (const layer of ["hidden", "output"]) computed[layer].z.forEach((sum) => dot(sum, layer));
    dot(z, "chosen");
    svg.ariaLabel = translate("The sigmoid from −8 to 8: at z = {z} it is {a}", { z: signed(z), a: activationText(a) });
    this.part("values").textContent = `z = ${signed(z)},  a = σ(z) ${equals(activationText(a))},  σ′(z) = ${fixed(slope(a), 3)}`;
  }
}

/** The drawing of the network, with the digit's activations. */
export class DiagramView {
  #diagram = null;
  #state = null;

  /** @param {HTMLElement} root @param {(chosen: object) => void} onChoose */
  constructor(root, onChoose) {
    this.root = root.querySelector("#diagram");
    this.sentence = root.querySelector("#network-sentence");
    this.onChoose = onChoose;
    new ResizeObserver(() => this.#state && this.#diagram?.draw(this.#state.palette)).observe(this.root);
  }

  show(state) {
    this.#diagram ??= new Diagram(this.root, state.network, this.onChoose);
    this.#state = state;
    this.sentence.textContent = answerSentence(state.computed.output.activations);
    this.#diagram.show({ ...state, learnt: state.computed, changes: NO_CHANGES, isChanged: false });
  }
}

/** Feed forward: the sum of one neuron in numbers. */
export class ForwardView extends NeuronStepView {
  show({ network, pixels, computed, chosen: { layer, neuron }, palette }) {
    this.showChoice({ layer, neuron });
    const isHidden = layer === "hidden";
    const inputs = isHidden ? pixels : computed.hidden.activations;
    const sum = weightedSum(network[layer], inputs, neuron);
    const weights = incomingWeights(network[layer], neuron);
    const { z, activations } = computed[layer];
    const rows = [...sumRows(sum, network[layer].biases[neuron], z[neuron]), [SIGMOID, activationText(activations[neuron])]];
    showDefinitions(this.part("sum"), rows);
    this.part("pictures").hidden = !isHidden;
    if (isHidden) drawWeightsAndProducts(this.part, network.hidden, neuron, sum, palette);
    const places = strongest(sum.products, isHidden ? MOST_ROWS : HIDDEN); // of an output all, to add up by hand
    this.part("strongest-caption").textContent = isHidden
      ? translate("The products of its sum that are furthest from 0")
      : translate("The 15 products of its sum");
    const largest = Math.abs(sum.products[places[0]]);
    const name = isHidden ? pixelName : inputName;
    const cells = (place) => [(isHidden ? fixed : activationText)(inputs[place], 3), signed(weights[place]), signed(sum.products[place])];
    const ofPlace = (place) => [name(place), ...cells(place), signedBar(sum.products[place], largest)];
    this.part("strongest").replaceChildren(scrollingTable([translate("Input"), "x", "w", "w·x", AS_A_BAR], places.map(ofPlace)));
  }
}

/** The input of an output. @param {number} neuron hidden */
export const inputName = (neuron) => translate("neuron {number}", { number: neuron + 1 });

/** The four words: cost, partial derivative, gradient and chain rule, with the numbers of the digit. */
export class WordsView extends StepView {
  show({ network, pixels, label, computed }) {
    const { neuron: j } = strongestHidden(network.output, computed);
    const place = j * OUTPUTS + label;
    const costOf = new CostOfParameter(network, { layer: "output", kind: "weights", place }, pixels, label);
    const before = costOf.at(costOf.learnt);
    const after = costOf.at(costOf.learnt + CHANGE);
    const [x, a] = [computed.hidden.activations[j], computed.output.activations[label]];
    const cost = (value) => fixed(value, DECIMALS);
    this.part("cost").textContent = translate("Your digit: C = {cost}", { cost: cost(before) });
    this.part("slope").textContent = translate(
      "The weight from neuron {number} to output {digit}, changed by {change}: C goes from {before} to {after}. The slope is about {slope}.",
      { number: j + 1, digit: label, change: signed(CHANGE, 1), before: cost(before), after: cost(after), slope: signed((after - before) / CHANGE, 5) },
    );
    const { hidden, output } = gradientsOf(network, pixels, label);
    const all = [output.weights, output.biases, hidden.weights, hidden.biases].flatMap((part) => Array.from(part));
    const largest = strongest(all, 4).map((each) => signed(all[each], 4));
    this.part("gradient").textContent = translate("Its numbers furthest from 0: {numbers}", { numbers: [...largest, "…"].join("; ") });
    const factors = [fixed(x, 3), fixed(slope(a), 5), signed(a - 1, 4)];
    this.part("chain").textContent = `x · a (1 − a) · (a − y) = ${factors.join(" · ")} = ${signed(x * slope(a) * (a - 1), 5)}`;
  }
}

/** The cost of the digit for the label that was chosen, output by output, and its derivative. */
export class CostView extends StepView {
  show({ computed, label }) {
    const { activations } = computed.output;
    const targets = oneHot([label]);
    const rows = activations.map((a, digit) => {
      const derivative = a - targets[digit];
      const cells = [activationText(a), String(targets[digit]), fixed(derivative ** 2 / 2, 4), signed(derivative, 3)];
      return [String(digit), ...cells, signedBar(derivative, 1)];
    });
    const headings = [translate("Output"), "a", "y", "(a − y)² / 2", "a − y", AS_A_BAR];
    this.part("outputs").replaceChildren(scrollingTable(headings, rows));
    this.part("cost").textContent = `C = ${fixed(new QuadraticCost().cost(activations, targets), 4)}`;
  }
}

/** The classifier: the digit goes to the server as any program may send it, and its answer is shown as it came. */
export class ClassifierView extends StepView {
  /** @type {Blob?} */
  #file = null;

  constructor(root) {
    super(root);
    if (!isStandalone) showAddressHere(this.part("command"));
    this.part("send").addEventListener("click", () => this.#send());
  }

  show({ file }) {
    if (file === this.#file) return;
    this.#file = file;
    this.part("answer").hidden = true;
    this.part("state").textContent = "";
  }

  async #send() {
    const file = this.#file;
    if (!file) return;
    this.part("state").textContent = words.reading;
    const outcome = await post(file);
    if (file !== this.#file) return; // another digit has been drawn meanwhile
    this.part("state").textContent = outcome
      ? translate("The answer has status {status}.", { status: outcome.status })
      : words.noAnswer.title;
    this.part("answer").hidden = !outcome;
    this.part("answer").textContent = outcome ? readable(outcome.text) : "";
  }
}

/** Puts the address of this page in a command: behind a proxy the server may know another. */
function showAddressHere(command) {
  command.textContent = command.textContent.replace(command.dataset.address, new URL(".", location.href).href);
}

/** @returns {Promise<{status: number, text: string}?>} null when there is no answer */
async function post(file) {
  try {
    const response = await fetch("predict", { method: "POST", body: file });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}
