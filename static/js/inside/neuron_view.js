/** One neuron: its sum worked out in numbers, what pushes it up or down, what it passes on; silence it, set its bias. */

import { element, signedBar, table } from "../ui/dom.js";
import { activationText, fixed, signed } from "../ui/format.js";
import { drawSigned, rowAndColumn, SIDE, usualLimit } from "../ui/pixels.js";
import { incomingWeights, outgoingWeights, strongest, weightedSum } from "./sums.js";
import { words } from "./words.js";

const CELL_PX = 10;
const MOST_ROWS = 10;

export class NeuronView {
  #state;

  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} connections gets what it passes on, or where its sum comes from
   * @param {import("../network/article.js").Layers} network
   * @param {{onSilence: Function, onBias: Function, onReset: Function}} listener gets the neuron that is shown
   */
  constructor(root, connections, network, { onSilence, onBias, onReset }) {
    this.connections = connections;
    this.network = network;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.limit = usualLimit(network.hidden.weights);
    this.weights = this.part("weights");
    this.products = this.part("products");
    for (const canvas of [this.weights, this.products]) {
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
    this.part("title").textContent = words.neuronName[layer](neuron);
    this.part("explanation").textContent = words.explanation[layer];
    this.#showSum(sum, bias);
    this.part("silence").ariaPressed = String(changes[layer].silenced.has(neuron));
    this.part("reset").disabled = !isChanged;
    this.slider.value = bias;
    this.part("bias-value").textContent = signed(bias);
    this.part("pictures").hidden = layer !== "hidden";
    if (layer === "hidden") this.#showPictures(sum);
    if (layer === "hidden" && isOther) this.part("pixel").textContent = words.touchAPixel;
    this.connections.replaceChildren(...(layer === "hidden" ? this.#onwards() : this.#incoming(sum)));
  }

  #showSum(sum, bias) {
    const { chosen, computed, changes } = this.#state;
    const { z, activations } = computed[chosen.layer];
    const isSilenced = changes[chosen.layer].silenced.has(chosen.neuron);
    const last = isSilenced ? words.silencedActivation : words.sigmoid;
    const rows = [...words.sumRows(sum, bias, z[chosen.neuron]), [last, activationText(activations[chosen.neuron])]];
    this.part("sum").replaceChildren(
      ...rows.map(([name, value]) =>
        element("div", {}, element("dt", {}, name), element("dd", {}, value)),
      ),
    );
  }

  #showPictures(sum) {
    const { chosen, pixels, palette } = this.#state;
    const weights = incomingWeights(this.network.hidden, chosen.neuron);
    drawSigned(this.weights, weights, this.limit, palette);
    drawSigned(this.products, sum.products, Math.max(...sum.products.map(Math.abs)) || 1, palette);
    this.weights.ariaLabel = words.weightsLabel(words.neuronName.hidden(chosen.neuron));
    this.products.ariaLabel = words.productsLabel(sum);
    const rows = strongest(sum.products, MOST_ROWS).map((place) => [
      words.pixelRow(rowAndColumn(place)),
      ...[fixed(pixels[place], 3), signed(weights[place]), signed(sum.products[place])],
    ]);
    this.part("strongest").replaceChildren(table(words.pixelHeadings, rows));
  }

  #showPixel(canvas, x_px, y_px) {
    const cell = (place_px) => Math.min(Math.max(Math.floor((place_px * SIDE) / canvas.clientWidth), 0), SIDE - 1);
    const place = cell(y_px) * SIDE + cell(x_px);
    const { chosen, pixels } = this.#state;
    const weight = incomingWeights(this.network.hidden, chosen.neuron)[place];
    this.part("pixel").textContent = words.pixel(rowAndColumn(place), pixels[place], weight);
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
    return [element("h3", {}, words.passesOn(chosen.neuron, activation)), table(words.onHeadings, rows)];
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
    return [element("h3", {}, words.comesFrom(chosen.neuron)), table(words.fromHeadings, rows)];
  }
}
