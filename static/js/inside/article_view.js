/** The article's network whole: what it computes from the pixels, neuron by neuron, and what changes when one is changed. */

import { HIDDEN, incomingWeights, inspect, outgoingWeights } from "../network/article.js";
import { inAddress, storeInAddress } from "../state.js";
import { signedBar } from "../ui/chart.js";
import { byId, element, partsOf, scrollingTable, showDefinitions, table } from "../ui/dom.js";
import { activationText, equals, fixed, signed } from "../ui/format.js";
import { largestMagnitude, onPaletteChange, paletteOf, rowAndColumn, SIDE } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { Diagram, drawWeightsAndProducts } from "./diagram.js";
import { answerSentence, neuronFromText, neuronName, neuronToText, pixelName, SIGMOID } from "./neuron_names.js";
import { strongest, strongestHidden, sumRows, twoLargest, weightedSum } from "./sums.js";

/** @typedef {import("./neuron_names.js").Chosen} Chosen */

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

export class NetworkView {
  /** @type {Chosen?} null until someone chooses one, or the address does */
  #chosen = null;
  #changes = noChanges();
  #pixels;
  #answer;
  /** All that is shown. */
  #state;

  /** @param {import("../network/article.js").Layers} network */
  constructor(root, network) {
    Object.assign(this, { root, network });
    this.part = partsOf(byId("neuron"));
    this.diagram = new Diagram(byId("diagram"), network, (chosen) => this.#choose(chosen));
    this.details = byId("network-rows").closest("details");
    this.details.addEventListener("toggle", () => this.#showTable());
    onPaletteChange(() => this.#pixels && this.#render());
    new ResizeObserver(() => this.#pixels && this.diagram.draw(paletteOf(root))).observe(this.diagram.root);
    for (const canvas of [this.part("weights"), this.part("products")]) {
      canvas.width = canvas.height = CELL_PX * SIDE;
      for (const event of ["pointermove", "pointerdown"]) {
        canvas.addEventListener(event, ({ offsetX, offsetY }) => this.#showPixel(canvas, offsetX, offsetY));
      }
    }
    this.part("bias").addEventListener("input", ({ target }) => {
      this.#change(({ layer, neuron }) => this.#changes[layer].biases.set(neuron, Number(target.value)));
    });
    this.part("silence").addEventListener("click", () => {
      this.#change(({ layer, neuron }) => {
        const { silenced } = this.#changes[layer];
        return silenced.delete(neuron) || silenced.add(neuron);
      });
    });
    this.part("reset").addEventListener("click", () => this.#change(() => (this.#changes = noChanges())));
  }

  /** @param {ArrayLike<number>?} pixels 784, or nothing @param {import("./panel.js").Answer} answer beside the pad */
  show(pixels, answer) {
    this.root.hidden = !pixels;
    this.#pixels = pixels;
    this.#answer = answer;
    this.#chosen = neuronFromText(inAddress("neuron") ?? "", HIDDEN) ?? this.#chosen;
    if (pixels) this.#render();
  }

  #choose(chosen) {
    this.#chosen = chosen;
    storeInAddress({ neuron: neuronToText(chosen) });
    this.#render();
  }

  /** @param {(shown: Chosen) => void} change of the neuron that is shown */
  #change(change) {
    this.#chosen ??= this.#state.chosen;
    change(this.#chosen);
    this.#render();
  }

  #render() {
    const [pixels, changes] = [this.#pixels, this.#changes];
    const learnt = inspect(this.network, pixels);
    const computed = inspect(this.network, pixels, changes);
    const chosen = this.#chosen ?? strongestHidden(this.network.output, learnt);
    const isOther = this.#state && neuronToText(chosen) !== neuronToText(this.#state.chosen);
    this.#state = { pixels, computed, learnt, chosen, changes, isChanged: hasAny(changes), palette: paletteOf(this.root) };
    byId("network-sentence").textContent = sentence(this.#state);
    showOtherNetwork(this.root, this.#answer, twoLargest(learnt.output.activations)[0]);
    this.diagram.show(this.#state);
    this.#showNeuron(isOther ?? true);
    this.#showTable();
  }

  /** Fills the table of all neurons, while it is open. */
  #showTable() {
    if (!this.details.open || !this.#state) return;
    const { computed } = this.#state;
    const rows = ["hidden", "output"].flatMap((layer) =>
      computed[layer].z.map((sum, neuron) => {
        const bias = this.#biasOf({ layer, neuron });
        const activation = activationText(computed[layer].activations[neuron]);
        return [neuronName({ layer, neuron }), signed(sum - bias), signed(bias), signed(sum), activation];
      }),
    );
    const headings = [translate("Neuron"), "Σ w·x", "b", "z", translate("activation")];
    byId("network-rows").replaceChildren(scrollingTable(headings, rows));
  }

  #biasOf({ layer, neuron }) {
    return this.#changes[layer].biases.get(neuron) ?? this.network[layer].biases[neuron];
  }

  #showNeuron(isOther) {
    const { pixels, computed, changes, chosen, isChanged } = this.#state;
    const { layer, neuron } = chosen;
    const isHidden = layer === "hidden";
    const sum = weightedSum(this.network[layer], isHidden ? pixels : computed.hidden.activations, neuron);
    const bias = this.#biasOf(chosen);
    const isSilenced = changes[layer].silenced.has(neuron);
    const activation = activationText(computed[layer].activations[neuron]);
    this.part("title").textContent = neuronName(chosen);
    this.part("explanation").textContent = EXPLANATIONS[layer];
    const last = [isSilenced ? translate("a, silenced") : SIGMOID, activation];
    showDefinitions(this.part("sum"), [...sumRows(sum, bias, computed[layer].z[neuron]), last]);
    this.part("silence").ariaPressed = String(isSilenced);
    this.part("reset").disabled = !isChanged;
    this.part("bias").value = bias;
    this.part("bias-value").textContent = signed(bias);
    this.part("pictures").hidden = !isHidden;
    if (isHidden) this.#showPictures(sum);
    if (isHidden && isOther) this.part("pixel").textContent = translate("Touch a pixel to see its numbers.");
    byId("connections").replaceChildren(...(isHidden ? this.#onwards() : this.#incoming(sum)));
  }

  #showPictures(sum) {
    const { chosen, pixels, palette } = this.#state;
    const weights = incomingWeights(this.network.hidden, chosen.neuron);
    drawWeightsAndProducts(this.part, this.network, chosen.neuron, sum, palette);
    const rows = strongest(sum.products, MOST_ROWS).map((place) => [
      pixelName(place),
      ...[fixed(pixels[place], 3), signed(weights[place]), signed(sum.products[place])],
    ]);
    this.part("strongest").replaceChildren(table([translate("Pixel"), "x", "w", "w·x"], rows));
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
    const largest = largestMagnitude(weights);
    const rows = weights.map((weight, digit) => {
      const product = weight * activation;
      return [String(digit), signed(weight), signed(product), signedBar(product, largest)];
    });
    const title = translate("What hidden neuron {number} passes on: a {activation}, times a weight to each output", {
      number: chosen.neuron + 1,
      activation: equals(activationText(activation)),
    });
    return [element("h3", {}, title), table([translate("To output"), "w", "w·x", translate("as a bar")], rows)];
  }

  /** @returns {Node[]} what each hidden neuron adds to an output */
  #incoming({ products }) {
    const { chosen, computed } = this.#state;
    const weights = incomingWeights(this.network.output, chosen.neuron);
    const largest = largestMagnitude(weights);
    const rows = products.map((product, j) => [
      ...[String(j + 1), activationText(computed.hidden.activations[j]), signed(weights[j]), signed(product)],
      signedBar(product, largest),
    ]);
    const title = translate("Where the sum of output {digit} comes from", { digit: chosen.neuron });
    return [element("h3", {}, title), table([translate("From neuron"), "x", "w", "w·x", translate("as a bar")], rows)];
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
    ? translate("This is the article’s network. The larger one that answered agrees: {digit}.", { digit })
    : translate("This is the article’s network. The larger one that answered reads {digit}.", { digit: answer.digit });
  part.querySelector("button").onclick = chooseArticle;
}

/** Chooses the article's network, as a visitor would. */
function chooseArticle() {
  const choice = document.getElementById("model");
  choice.value = ARTICLE;
  choice.dispatchEvent(new Event("change"));
}
