/** Stochastic gradient descent: a new network learns from 100 digits, and its cost goes down. */

import { twoLargest } from "../inside/attribution.js";
import { inspect, untrainedNetwork } from "../network/article.js";
import { uniformNumbers } from "../network/random.js";
import { loadExamples, toArrays } from "./examples.js";
import { plotCosts } from "./plot.js";
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
    this.#run = { network: untrainedNetwork(this.#seed), random: uniformNumbers(this.#seed), costs: [], epochs: 0 };
  }

  /** @param {import("../lesson.js").State} state */
  show({ pixels }) {
    this.#pixels = pixels;
    return this.#with((examples) => this.#update(examples));
  }

  #train(epochs) {
    return this.#with((examples) => {
      const { network, random, costs } = this.#run;
      const options = { epochs, miniBatchSize: SIZE, learningRate: RATE };
      for (const { cost } of network.sgd(toArrays(examples), options, random)) costs.push(cost);
      this.#run.epochs += epochs;
      this.#update(examples);
    });
  }

  #update(examples) {
    const { network, costs, epochs } = this.#run;
    plotCosts(this.part("path"), costs);
    this.part("path").ariaLabel = costs.length > 0 ? words.costsLabel(costs) : words.noCosts;
    const { activations } = inspect(network, this.#pixels).output;
    const [digit] = twoLargest(activations);
    const text = words.epochs(epochs, network.evaluate(toArrays(examples)), digit, activations[digit]);
    this.part("state").textContent = epochs > 0 ? text : "";
  }

  async #with(action) {
    const examples = await loadExamples().catch(() => null);
    if (examples) action(examples);
    else this.onProblem();
  }
}
