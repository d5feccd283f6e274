/** All of learning, for one digit: the trained network takes steps on it alone, and what that does to other digits. */

import { activationText } from "../inside/format.js";
import { ArticleNetwork, inspect } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { level, scrollingTable } from "./elements.js";
import { loadExamples, toArrays } from "./examples.js";
import { plotCosts } from "./plot.js";
import { words } from "./words.js";

const RATE = 3;

export class TogetherView {
  /** @type {import("../lesson.js").State} */
  #state;
  #network;
  /** @type {number[]} */
  #costs = [];

  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.onProblem = onProblem;
    this.part("step").addEventListener("click", () => this.#step(1));
    this.part("steps").addEventListener("click", () => this.#step(20));
    this.part("again").addEventListener("click", () => this.#begin());
  }

  /** @param {import("../lesson.js").State} state another digit or label begins again */
  show({ network, pixels, label, computed }) {
    const isSame = this.#state?.pixels === pixels && this.#state.label === label;
    this.#state = { network, pixels, label, computed };
    if (!isSame) this.#begin();
  }

  #begin() {
    this.#network = ArticleNetwork.from(this.#state.network);
    this.#costs = [];
    this.#update();
  }

  #step(count) {
    const { pixels, label } = this.#state;
    for (let step = 0; step < count; step++) {
      this.#costs.push(this.#network.updateMiniBatch(pixels, oneHot([label]), RATE));
    }
    this.#update();
  }

  async #update() {
    const { pixels, computed, network } = this.#state;
    const now = inspect(this.#network, pixels).output.activations;
    const rows = now.map((a, digit) => [String(digit), activationText(computed.output.activations[digit]), activationText(a), level(a)]);
    this.part("outputs").replaceChildren(scrollingTable(words.changeHeadings, rows));
    plotCosts(this.part("path"), this.#costs);
    this.part("path").ariaLabel = this.#costs.length > 0 ? words.costsLabel(this.#costs) : words.noCosts;
    const steps = this.#costs.length;
    const examples = await loadExamples().catch(() => null);
    if (!examples) return this.onProblem();
    if (steps !== this.#costs.length) return; // more steps have been taken meanwhile
    const [before, after] = [ArticleNetwork.from(network), this.#network].map((each) => each.evaluate(toArrays(examples)));
    const text = words.together(steps, before, after);
    this.part("state").textContent = steps > 0 ? text : "";
  }
}
