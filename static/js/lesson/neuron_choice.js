/** Chooses one of the 25 neurons; the same in each step. */

import { neuronFromText, neuronToText } from "../inside/address.js";
import { element } from "../inside/dom.js";
import { HIDDEN, OUTPUTS } from "../network/article.js";
import { words } from "../inside/words.js";

export class NeuronChoice {
  /** @param {HTMLSelectElement} select @param {(chosen: import("../inside/network_view.js").Chosen) => void} onChoose */
  constructor(select, onChoose) {
    this.select = select;
    const options = (layer, count) =>
      Array.from({ length: count }, (_, neuron) =>
        element("option", { value: neuronToText({ layer, neuron }) }, words.neuronName[layer](neuron)),
      );
    select.replaceChildren(...options("hidden", HIDDEN), ...options("output", OUTPUTS));
    select.addEventListener("change", () => onChoose(neuronFromText(select.value, HIDDEN)));
  }

  show(chosen) {
    this.select.value = neuronToText(chosen);
  }
}
