/** A mini-batch: ten examples, the visitor's digit among them, and one step against the mean of their gradients. */

import { element } from "../inside/dom.js";
import { fixed } from "../inside/format.js";
import { SIDE } from "../inside/geometry.js";
import { drawPixels } from "../inside/pictures.js";
import { untrainedNetwork } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { loadExamples, toArrays } from "./examples.js";
import { words } from "./words.js";

const SEED = 1;
const RATE = 3;

export class MiniBatchView {
  /** The examples. @type {import("./examples.js").Example[]} */
  #batch = [];
  #network;
  /** The costs of the examples before the last step. @type {number[]?} */
  #before = null;

  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.onProblem = onProblem;
    this.part("step").addEventListener("click", () => this.#step());
    this.part("again").addEventListener("click", () => this.#begin());
  }

  /** @param {import("../lesson.js").State} state */
  async show({ pixels, label }) {
    const examples = await loadExamples().catch(() => null);
    if (!examples) return this.onProblem();
    const others = examples.slice(0, 10).filter((example) => example.label !== label);
    const own = this.#batch[0];
    if (own?.pixels === pixels && own.label === label) return;
    this.#batch = [{ pixels, label }, ...others];
    this.#begin();
  }

  #begin() {
    this.#network = untrainedNetwork(SEED);
    this.#before = null;
    this.#update();
  }

  #step() {
    this.#before = this.#costs();
    const { inputs, labels } = toArrays(this.#batch);
    this.#network.updateMiniBatch(inputs, oneHot(labels), RATE);
    this.#update();
  }

  #costs() {
    const { loss } = this.#network;
    return this.#batch.map(({ pixels, label }) => loss.cost(this.#network.feedforward(pixels), oneHot([label])));
  }

  #update() {
    const costs = this.#costs();
    this.part("examples").replaceChildren(
      ...this.#batch.map((example, place) => item(example, costs[place], this.#before?.[place] ?? null)),
    );
    const means = [this.#before, costs].filter(Boolean).map((all) => fixed(mean(all), 4));
    this.part("mean").textContent = `C = ${means.join(" → ")}`;
  }
}

function item({ pixels, label }, cost, before) {
  const canvas = element("canvas", { width: SIDE, height: SIDE });
  drawPixels(canvas, pixels);
  return element("li", {}, canvas, element("span", {}, words.example(label, cost, before)));
}

const mean = (numbers) => numbers.reduce((total, each) => total + each, 0) / numbers.length;
