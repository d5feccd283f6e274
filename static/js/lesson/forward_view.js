/** Feed forward: the sum of one neuron in numbers. */

import { signedBar } from "../inside/dom.js";
import { activationText, fixed, signed } from "../inside/format.js";
import { rowAndColumn } from "../inside/geometry.js";
import { drawSigned, usualLimit } from "../inside/pictures.js";
import { incomingWeights, strongest, weightedSum } from "../inside/sums.js";
import { words as inside } from "../inside/words.js";
import { definition, scrollingTable } from "./elements.js";
import { NeuronChoice } from "./neuron_choice.js";
import { words } from "./words.js";

const MOST_ROWS = 8;

export class ForwardView {
  /** @param {HTMLElement} root @param {(chosen: object) => void} onChoose */
  constructor(root, onChoose) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.choice = new NeuronChoice(this.part("neuron"), onChoose);
  }

  /** @param {import("../lesson.js").State} state */
  show({ network, pixels, computed, chosen: { layer, neuron }, palette }) {
    this.choice.show({ layer, neuron });
    const isHidden = layer === "hidden";
    const inputs = isHidden ? pixels : computed.hidden.activations;
    const sum = weightedSum(network[layer], inputs, neuron);
    const weights = incomingWeights(network[layer], neuron);
    const { z, activations } = computed[layer];
    const rows = [...inside.sumRows(sum, network[layer].biases[neuron], z[neuron]), [inside.sigmoid, activationText(activations[neuron])]];
    this.part("sum").replaceChildren(...rows.map(definition));
    this.part("pictures").hidden = !isHidden;
    if (isHidden) this.#drawPictures(weights, sum, network, neuron, palette);
    const places = strongest(sum.products, MOST_ROWS);
    const largest = Math.abs(sum.products[places[0]]);
    const name = (place) => (isHidden ? inside.pixelRow(rowAndColumn(place)) : words.input(place));
    const cells = (place) => [(isHidden ? fixed : activationText)(inputs[place], 3), signed(weights[place]), signed(sum.products[place])];
    const ofPlace = (place) => [name(place), ...cells(place), signedBar(sum.products[place], largest)];
    this.part("strongest").replaceChildren(scrollingTable(words.fromHeadings, places.map(ofPlace)));
  }

  #drawPictures(weights, sum, network, neuron, palette) {
    drawSigned(this.part("weights"), weights, usualLimit(network.hidden.weights), palette);
    drawSigned(this.part("products"), sum.products, Math.max(...sum.products.map(Math.abs)) || 1, palette);
    this.part("weights").ariaLabel = inside.weightsLabel(inside.neuronName.hidden(neuron));
    this.part("products").ariaLabel = inside.productsLabel(sum);
  }
}
