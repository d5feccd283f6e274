/** Stochastic gradient descent: a new network learns from 100 digits, and its cost goes down. */

import { twoLargest } from "../inside/attribution.js";
import { feedforward } from "../inside/network.js";
import { generator, untrainedNetwork } from "../inside/random.js";
import { loadExamples } from "./examples.js";
import { plotCosts } from "./plot.js";
import { evaluate, sgdEpoch } from "./training.js";
import { words } from "./words.js";

const SIZE = 10; // examples in a mini-batch
const RATE = 3;

export class SgdView {
  #seed = 1;
  #run;
  #pixels;

  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.onProblem = onProblem;
    this.#begin();
    this.part("epoch").addEventListener("click", () => this.#train(1));
    this.part("epochs").addEventListener("click", () => this.#train(10));
    this.part("again").addEventListener("click", () => {
      this.#seed += 1;
      this.#begin();
      this.#update([]);
    });
  }

  #begin() {
    this.#run = { network: untrainedNetwork(this.#seed), random: generator(this.#seed), costs: [], epochs: 0 };
  }

  /** @param {import("../lesson.js").State} state */
  show({ pixels }) {
    this.#pixels = pixels;
    return this.#with((examples) => this.#update(examples));
  }

  #train(epochs) {
    return this.#with((examples) => {
      for (let epoch = 0; epoch < epochs; epoch++) {
        const { network, costs } = sgdEpoch(this.#run.network, examples, { size: SIZE, rate: RATE, random: this.#run.random });
        Object.assign(this.#run, { network, costs: [...this.#run.costs, ...costs], epochs: this.#run.epochs + 1 });
      }
      this.#update(examples);
    });
  }

  #update(examples) {
    const { network, costs, epochs } = this.#run;
    plotCosts(this.part("path"), costs);
    this.part("path").ariaLabel = costs.length > 0 ? words.costsLabel(costs) : words.noCosts;
    const { activations } = feedforward(network, this.#pixels).output;
    const [digit] = twoLargest(activations);
    const text = words.epochs(epochs, evaluate(network, examples), digit, activations[digit]);
    this.part("state").textContent = epochs > 0 ? text : "";
  }

  async #with(action) {
    const examples = await loadExamples().catch(() => null);
    if (examples) action(examples);
    else this.onProblem();
  }
}
