/** The steps in which a network learns in the page, from one hundred digits; each is a view of its section. */

import { twoLargest } from "../inside/article_sums.js";
import { ArticleNetwork, inspect, untrainedNetwork } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { uniformNumbers } from "../network/random.js";
import { activationBar, Plot } from "../ui/chart.js";
import { element, scrollingTable } from "../ui/dom.js";
import { fetchOk } from "../ui/files.js";
import { activationText, fixed } from "../ui/format.js";
import { pixelCanvas, SIDE } from "../ui/pixels.js";
import { words } from "./lesson_words.js";
import { StepView } from "./network_steps.js";

const ACROSS = 10; // digits in a row of the sheet, one of each class

/** @typedef {{pixels: Float32Array, label: number}} Example */

/** @type {Promise<Example[]>?} */
let loaded = null;

/** @returns {Promise<Example[]>} the same each time; rejected when they cannot be loaded */
export function loadExamples() {
  loaded ??= load().catch((error) => {
    loaded = null; // so that they are asked for again
    throw error;
  });
  return loaded;
}

/** @param {Example[]} examples @returns {import("../network/network.js").Examples} the same as arrays, to learn from */
function toArrays(examples) {
  const inputs = new Float32Array(examples.length * SIDE * SIDE);
  examples.forEach(({ pixels }, n) => inputs.set(pixels, n * pixels.length));
  return { inputs, labels: Uint8Array.from(examples, ({ label }) => label) };
}

async function load() {
  const sheet = await createImageBitmap(await (await fetchOk("lesson/digits.png")).blob());
  const canvas = new OffscreenCanvas(sheet.width, sheet.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(sheet, 0, 0);
  const count = (canvas.width / SIDE) * (canvas.height / SIDE);
  return Array.from({ length: count }, (_, place) => {
    const [x, y] = [SIDE * (place % ACROSS), SIDE * Math.floor(place / ACROSS)];
    const { data } = context.getImageData(x, y, SIDE, SIDE);
    const pixels = Float32Array.from({ length: SIDE * SIDE }, (_, pixel) => data[4 * pixel] / 255);
    return { pixels, label: place % ACROSS };
  });
}

const SIZE = 10; // examples in a mini-batch
const RATE = 3;
const SEED = 1; // of the mini-batch's network

/** Stochastic gradient descent: a new network learns from 100 digits, and its cost goes down. */
export class SgdView extends StepView {
  #seed = 1;
  #run;
  #pixels;

  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    super(root);
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

/** A mini-batch: ten examples, the visitor's digit among them, and one step against the mean of their gradients. */
export class MiniBatchView extends StepView {
  /** The examples. @type {Example[]} */
  #batch = [];
  #network;
  /** The costs of the examples before the last step. @type {number[]?} */
  #before = null;

  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    super(root);
    this.onProblem = onProblem;
    this.part("step").addEventListener("click", () => this.#step());
    this.part("again").addEventListener("click", () => this.#begin());
  }

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
  return element("li", {}, pixelCanvas(pixels), element("span", {}, words.example(label, cost, before)));
}

const mean = (numbers) => numbers.reduce((total, each) => total + each, 0) / numbers.length;

/** All of learning, for one digit: the trained network takes steps on it alone, and what that does to other digits. */
export class TogetherView extends StepView {
  /** @type {import("../lesson.js").State} */
  #state;
  #network;
  /** @type {number[]} */
  #costs = [];

  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    super(root);
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
    const rows = now.map((a, digit) => [String(digit), activationText(computed.output.activations[digit]), activationText(a), activationBar(a)]);
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

/** Draws costs by step. @param {SVGSVGElement} svg @param {number[]} costs */
function plotCosts(svg, costs) {
  const steps = Math.max(costs.length, 10);
  const largest = Math.max(0.1, ...costs);
  const plot = new Plot(svg, [1, steps], [0, largest]);
  plot.ticksBelow([1, steps]);
  plot.ticksBeside([0, largest], 2);
  plot.line(costs.map((cost, step) => [step + 1, cost]), "curve");
  if (costs.length > 0) plot.dot(costs.length, costs.at(-1), "chosen");
}
