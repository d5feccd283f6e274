/** The article's network whole: what it computes from the pixels, neuron by neuron, and what changes when one is changed. */

import { HIDDEN, inspect } from "../network/article.js";
import { inAddress, storeInAddress } from "../state.js";
import { signedBar } from "../ui/chart.js";
import { element, partsOf, scrollingTable, showDefinitions, table } from "../ui/dom.js";
import { activationText, equals, fixed, signed } from "../ui/format.js";
import { onPaletteChange, paletteOf, rowAndColumn, SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import {
  answerSentence, incomingWeights, neuronFromText, neuronName, neuronToText, outgoingWeights, pixelName, SIGMOID, strongest,
  strongestHidden, sumRows, twoLargest, weightedSum,
} from "./article_sums.js";
import { Diagram, drawWeightsAndProducts } from "./diagram.js";

/** @typedef {import("./article_sums.js").Chosen} Chosen */

export class NetworkView {
  /** @type {ArrayLike<number>} */
  #pixels;
  #answer;
  /** @type {Chosen?} null until someone chooses one, or the address does */
  #chosen = neuronFromText(inAddress("neuron") ?? "", HIDDEN);
  #changes = noChanges();
  #computed;
  /** The chosen neuron, or the one that is shown until then. @type {Chosen} */
  #shown;

  /** @param {HTMLElement} root @param {import("../network/article.js").Layers} network */
  constructor(root, network) {
    this.root = root;
    this.network = network;
    this.sentence = root.querySelector("#network-sentence");
    this.diagram = new Diagram(root.querySelector("#diagram"), network, (chosen) => this.#choose(chosen));
    this.neuron = new NeuronView(root.querySelector("#neuron"), root.querySelector("#connections"), network, {
      onSilence: (chosen) => this.#silence(chosen),
      onBias: ({ layer, neuron }, bias) => this.#change(() => this.#changes[layer].biases.set(neuron, bias)),
      onReset: () => this.#change(() => (this.#changes = noChanges())),
    });
    this.rows = root.querySelector("#network-rows");
    this.details = this.rows.closest("details");
    this.details.addEventListener("toggle", () => this.#showTable());
    onPaletteChange(() => this.#pixels && this.#update());
    new ResizeObserver(() => this.#pixels && this.diagram.draw(paletteOf(root))).observe(this.diagram.root);
  }

  /** @param {ArrayLike<number>?} pixels 784, or nothing @param {import("./panel.js").Answer} answer beside the pad */
  show(pixels, answer) {
    this.root.hidden = !pixels;
    this.#pixels = pixels;
    this.#answer = answer;
    if (pixels) this.#update();
  }

  #choose(chosen) {
    this.#chosen = chosen;
    storeInAddress({ neuron: neuronToText(chosen) });
    this.#update();
  }

  #silence({ layer, neuron }) {
    const { silenced } = this.#changes[layer];
    this.#change(() => silenced.delete(neuron) || silenced.add(neuron));
  }

  #change(change) {
    this.#chosen ??= this.#shown;
    change();
    this.#update();
  }

  #update() {
    const learnt = inspect(this.network, this.#pixels);
    const computed = inspect(this.network, this.#pixels, this.#changes);
    this.#shown = this.#chosen ?? strongestHidden(this.network.output, learnt);
    const state = {
      pixels: this.#pixels,
      computed,
      learnt,
      chosen: this.#shown,
      changes: this.#changes,
      isChanged: hasAny(this.#changes),
      palette: paletteOf(this.root),
    };
    this.sentence.textContent = sentence(state);
    showOtherNetwork(this.root, this.#answer, twoLargest(learnt.output.activations)[0]);
    this.diagram.show(state);
    this.neuron.show(state);
    this.#computed = computed;
    this.#showTable();
  }

  /** Fills the table of all neurons, while it is open. */
  #showTable() {
    if (this.details.open && this.#computed) this.rows.replaceChildren(this.#table(this.#computed));
  }

  #table({ hidden, output }) {
    const rows = (layer, { z, activations }) =>
      z.map((sum, neuron) => {
        const bias = this.#changes[layer].biases.get(neuron) ?? this.network[layer].biases[neuron];
        const numbers = [signed(sum - bias), signed(bias), signed(sum), activationText(activations[neuron])];
        return [neuronName({ layer, neuron }), ...numbers];
      });
    const headings = [translate("Neuron"), "Σ w·a", "b", "z", translate("activation")];
    return scrollingTable(headings, [...rows("hidden", hidden), ...rows("output", output)]);
  }
}

/** What the outputs say, and with changes what they said before. */
function sentence({ computed, learnt, isChanged }) {
  if (!isChanged) return answerSentence(computed.output.activations);
  const [[now, activation], [before, activationBefore]] = [computed, learnt].map(({ output: { activations } }) => {
    const [digit] = twoLargest(activations);
    return [digit, activationText(activations[digit])];
  });
  return translate(
    "With your changes: {now}, activation {activation}. Before: {before}, activation {activationBefore}.",
    { now, activation, before, activationBefore },
  );
}

const noChanges = () => {
  const ofLayer = () => ({ silenced: new Set(), biases: new Map() });
  return { hidden: ofLayer(), output: ofLayer() };
};

const hasAny = ({ hidden, output }) =>
  [hidden, output].some(({ silenced, biases }) => silenced.size + biases.size > 0);

const CELL_PX = 10;
const MOST_ROWS = 10;
const EXPLANATIONS = {
  hidden: translate(
    "It multiplies each pixel’s activation a (0 for paper, 1 for ink) by a weight w, adds up the 784 products and a " +
      "bias b, and passes the sigmoid of the sum on.",
  ),
  output: translate(
    "It multiplies each hidden neuron’s activation a by a weight w, and adds up the 15 products and a bias b. The " +
      "sigmoid of the sum is the activation of this digit.",
  ),
};

class NeuronView {
  #state;

  /**
   * @param {HTMLElement} connections gets what it passes on, or where its sum comes from
   * @param {import("../network/article.js").Layers} network
   * @param {{onSilence: Function, onBias: Function, onReset: Function}} listener gets the neuron that is shown
   */
  constructor(root, connections, network, { onSilence, onBias, onReset }) {
    this.connections = connections;
    this.network = network;
    this.part = partsOf(root);
    for (const canvas of [this.part("weights"), this.part("products")]) {
      canvas.width = canvas.height = CELL_PX * SIDE;
      for (const event of ["pointermove", "pointerdown"]) {
        canvas.addEventListener(event, ({ offsetX, offsetY }) => this.#showPixel(canvas, offsetX, offsetY));
      }
    }
    this.slider = this.part("bias");
    this.slider.addEventListener("input", () => onBias(this.#state.chosen, Number(this.slider.value)));
    this.part("silence").addEventListener("click", () => onSilence(this.#state.chosen));
    this.part("reset").addEventListener("click", () => onReset());
  }

  /** @param {object} state see NetworkView */
  show(state) {
    const { layer, neuron } = state.chosen;
    const isOther = layer !== this.#state?.chosen.layer || neuron !== this.#state.chosen.neuron;
    this.#state = state;
    const { pixels, computed, changes, isChanged } = state;
    const inputs = layer === "hidden" ? pixels : computed.hidden.activations;
    const sum = weightedSum(this.network[layer], inputs, neuron);
    const bias = changes[layer].biases.get(neuron) ?? this.network[layer].biases[neuron];
    this.part("title").textContent = neuronName(state.chosen);
    this.part("explanation").textContent = EXPLANATIONS[layer];
    this.#showSum(sum, bias);
    this.part("silence").ariaPressed = String(changes[layer].silenced.has(neuron));
    this.part("reset").disabled = !isChanged;
    this.slider.value = bias;
    this.part("bias-value").textContent = signed(bias);
    this.part("pictures").hidden = layer !== "hidden";
    if (layer === "hidden") this.#showPictures(sum);
    if (layer === "hidden" && isOther) this.part("pixel").textContent = translate("Touch a pixel to see its numbers.");
    this.connections.replaceChildren(...(layer === "hidden" ? this.#onwards() : this.#incoming(sum)));
  }

  #showSum(sum, bias) {
    const { chosen, computed, changes } = this.#state;
    const { z, activations } = computed[chosen.layer];
    const isSilenced = changes[chosen.layer].silenced.has(chosen.neuron);
    const last = isSilenced ? translate("a, silenced") : SIGMOID;
    const rows = [...sumRows(sum, bias, z[chosen.neuron]), [last, activationText(activations[chosen.neuron])]];
    showDefinitions(this.part("sum"), rows);
  }

  #showPictures(sum) {
    const { chosen, pixels, palette } = this.#state;
    const weights = incomingWeights(this.network.hidden, chosen.neuron);
    drawWeightsAndProducts(this.part, this.network, chosen.neuron, sum, palette);
    const rows = strongest(sum.products, MOST_ROWS).map((place) => [
      pixelName(place),
      ...[fixed(pixels[place], 3), signed(weights[place]), signed(sum.products[place])],
    ]);
    this.part("strongest").replaceChildren(table([translate("Pixel"), "a", "w", "w·a"], rows));
  }

  #showPixel(canvas, x_px, y_px) {
    const cell = (place_px) => Math.min(Math.max(Math.floor((place_px * SIDE) / canvas.clientWidth), 0), SIDE - 1);
    const place = cell(y_px) * SIDE + cell(x_px);
    const { chosen, pixels } = this.#state;
    const [a, w] = [pixels[place], incomingWeights(this.network.hidden, chosen.neuron)[place]];
    this.part("pixel").textContent = translate("Row {row}, column {column}: a {activation} × w {weight} = {product}", {
      ...rowAndColumn(place),
      ...{ activation: fixed(a, 3), weight: fixed(w), product: signed(a * w) },
    });
  }

  /** @returns {Node[]} what a hidden neuron adds to each output */
  #onwards() {
    const { chosen, computed } = this.#state;
    const activation = computed.hidden.activations[chosen.neuron];
    const weights = outgoingWeights(this.network.output, chosen.neuron);
    const largest = Math.max(...weights.map(Math.abs));
    const rows = weights.map((weight, digit) => {
      const product = weight * activation;
      return [String(digit), signed(weight), signed(product), signedBar(product, largest)];
    });
    const title = translate("What hidden neuron {number} passes on: a {activation}, times a weight to each output", {
      number: chosen.neuron + 1,
      activation: equals(activationText(activation)),
    });
    return [element("h3", {}, title), table([translate("To output"), "w", "w·a", translate("as a bar")], rows)];
  }

  /** @returns {Node[]} what each hidden neuron adds to an output */
  #incoming({ products }) {
    const { chosen, computed } = this.#state;
    const weights = incomingWeights(this.network.output, chosen.neuron);
    const largest = Math.max(...weights.map(Math.abs));
    const rows = products.map((product, j) => [
      ...[String(j + 1), activationText(computed.hidden.activations[j]), signed(weights[j]), signed(product)],
      signedBar(product, largest),
    ]);
    const title = translate("Where the sum of output {digit} comes from", { digit: chosen.neuron });
    return [element("h3", {}, title), table([translate("From neuron"), "a", "w", "w·a", translate("as a bar")], rows)];
  }
}

const ARTICLE = "article";

/**
 * @param {HTMLElement} root of a view
 * @param {import("./panel.js").Answer} answer that stands beside the pad
 * @param {number} digit that the article's network gives
 */
export function showOtherNetwork(root, answer, digit) {
  const part = root.querySelector('[data-part="other-network"]');
  part.hidden = answer.model === ARTICLE;
  const agrees = answer.digit === digit;
  part.querySelector("span").textContent = agrees
    ? translate("A larger network agrees: {digit}.", { digit })
    : translate("A larger network reads {digit}.", { digit: answer.digit });
  part.querySelector("button").onclick = chooseArticle;
}

/** Chooses the article's network, as a visitor would. */
function chooseArticle() {
  const choice = document.getElementById("model");
  choice.value = ARTICLE;
  choice.dispatchEvent(new Event("change"));
}
