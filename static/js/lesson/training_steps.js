/** The steps in which a network learns in the page, from one hundred digits; each is a view of its section. */

import { ArticleNetwork, inspect, untrainedNetwork } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { digitOf } from "../network/network.js";
import { uniformNumbers } from "../network/random.js";
import { inAddress, storeInAddress } from "../state.js";
import { activationBar, Chart } from "../ui/chart.js";
import { element, scrollingTable, stillness } from "../ui/dom.js";
import { fetchOk } from "../ui/files.js";
import { activationText, fixed, plain } from "../ui/format.js";
import { pixelCanvas, SIDE } from "../ui/pixels.js";
import { translate, translatePlural } from "../ui/translate.js";
import { StepView } from "./network_steps.js";

const ACROSS = 10; // digits in a row of the sheet, one of each class

/** @typedef {{pixels: Float32Array, label: number}} Example */
/** @typedef {{learnt: Example[], heldBack: Example[]}} Examples a hundred each, ten of each digit */

/** @type {Promise<Examples>?} */
let loaded = null;

/** @returns {Promise<Examples>} the same each time; rejected when they cannot be loaded */
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
  const examples = Array.from({ length: count }, (_, place) => {
    const [x, y] = [SIDE * (place % ACROSS), SIDE * Math.floor(place / ACROSS)];
    const { data } = context.getImageData(x, y, SIDE, SIDE);
    const pixels = Float32Array.from({ length: SIDE * SIDE }, (_, pixel) => data[4 * pixel] / 255);
    return { pixels, label: place % ACROSS };
  });
  return { learnt: examples.slice(0, count / 2), heldBack: examples.slice(count / 2) };
}

const SIZE = 10; // examples in a mini-batch
const RATE = 3;
const SEED = 1; // of the networks that a click begins with

const NO_COST = { step: 0, cost: null, heldBack: null };
const ALONE = [{ name: "test", of: ({ cost }) => cost }];
// As on the learning page: dashed what is learnt from.
const BOTH = [
  { name: "test", text: translate("cost of the digits held back"), of: ({ heldBack }) => heldBack },
  { name: "train", text: translate("of those learnt from, dashed"), of: ({ cost }) => cost },
];

/** The view of a step that needs the hundred digits. */
class TrainingStepView extends StepView {
  /** @param {HTMLElement} root @param {() => void} onProblem the digits cannot be loaded */
  constructor(root, onProblem) {
    super(root);
    this.onProblem = onProblem;
  }

  onClick(part, action) {
    this.part(part).addEventListener("click", action);
  }

  /** @param {(learnt: Example[], heldBack: Example[]) => void} action */
  async with(action) {
    const examples = await loadExamples().catch(() => null);
    if (examples) action(examples.learnt, examples.heldBack);
    else this.onProblem();
  }

  /** Draws costs by step, or by epoch. @param {number[]} costs @param {number[]} [heldBack] those of other digits */
  plot(costs, heldBack) {
    const root = this.part("path");
    this.chart ??= new Chart(root, { lines: heldBack ? BOTH : ALONE, formatX: plain, formatY: plain });
    root.parentElement.classList.toggle("is-untrained", costs.length === 0);
    const frames = [NO_COST, ...costs.map((cost, n) => ({ step: n + 1, cost, heldBack: heldBack?.[n] ?? null }))];
    const shown = { frames, end: costs.length, lastStep: Math.max(costs.length, 10), isLogarithmic: false };
    const values = { first: fixed(costs[0] ?? 0, 3), last: fixed(costs.at(-1) ?? 0, 3) };
    this.chart.draw(
      shown,
      costs.length > 0
        ? translatePlural(
            "The cost at {count} step: from {first} to {last}", "The cost at {count} steps: from {first} to {last}", costs.length, values,
          )
        : translate("No step yet"),
    );
  }
}

/** Stochastic gradient descent: a new network learns from 100 digits, with steps as long as the learning rate says. */
export class SgdView extends TrainingStepView {
  #seed = SEED;
  #run;
  #pixels;

  constructor(root, onProblem) {
    super(root, onProblem);
    const list = this.part("rate");
    list.value = inAddress("rate");
    if (list.selectedIndex < 0) list.value = RATE;
    list.addEventListener("change", () => {
      storeInAddress({ rate: Number(list.value) });
      this.#begin(); // with the same first weights
      this.#render([]);
    });
    this.#begin();
    this.onClick("epoch", () => this.#train(1));
    this.onClick("epochs", () => this.#train(10));
    this.onClick("again", () => {
      this.#seed += 1;
      this.#begin();
      this.#render([]);
    });
  }

  #begin() {
    this.#run = { network: untrainedNetwork(this.#seed), random: uniformNumbers(this.#seed), costs: [], epochs: 0 };
  }

  show({ pixels }) {
    this.#pixels = pixels;
    return this.with((examples) => this.#render(examples));
  }

  #train(epochs) {
    return this.with((examples) => {
      const { network, random, costs } = this.#run;
      const options = { epochs, miniBatchSize: SIZE, learningRate: Number(this.part("rate").value) };
      for (const { cost } of network.sgd(toArrays(examples), options, random)) costs.push(cost);
      this.#run.epochs += epochs;
      this.#render(examples);
    });
  }

  #render(examples) {
    const { network, costs, epochs } = this.#run;
    this.plot(costs);
    const { activations } = inspect(network, this.#pixels).output;
    const digit = digitOf(activations);
    const text = translatePlural(
      "After {count} epoch: {read} of the 100 digits are read right. For your digit it gives {digit}, activation {activation}.",
      "After {count} epochs: {read} of the 100 digits are read right. For your digit it gives {digit}, activation {activation}.",
      epochs,
      { read: network.evaluate(toArrays(examples)), digit, activation: activationText(activations[digit]) },
    );
    this.part("state").textContent = epochs > 0 ? text : "";
  }
}

/** A mini-batch: ten examples, the visitor's digit among them, and one step against the mean of their gradients. */
export class MiniBatchView extends TrainingStepView {
  /** The examples. @type {Example[]} */
  #batch = [];
  #network;
  /** The costs of the examples before the last step. @type {number[]?} */
  #before = null;

  constructor(root, onProblem) {
    super(root, onProblem);
    this.onClick("step", () => this.#step());
    this.onClick("again", () => this.#begin());
  }

  show({ pixels, label }) {
    return this.with((examples) => {
      const others = examples.slice(0, 10).filter((example) => example.label !== label);
      const own = this.#batch[0];
      if (own?.pixels === pixels && own.label === label) return;
      this.#batch = [{ pixels, label }, ...others];
      this.#begin();
    });
  }

  #begin() {
    this.#network = untrainedNetwork(SEED);
    this.#before = null;
    this.#render();
  }

  #step() {
    this.#before = this.#costs();
    const { inputs, labels } = toArrays(this.#batch);
    this.#network.updateMiniBatch(inputs, oneHot(labels), RATE);
    this.#render();
  }

  #costs() {
    const { loss } = this.#network;
    return this.#batch.map(({ pixels, label }) => loss.cost(this.#network.feedforward(pixels), oneHot([label])));
  }

  #render() {
    const costs = this.#costs();
    const items = this.#batch.map((example, place) => item(example, costs[place], this.#before?.[place]));
    this.part("examples").replaceChildren(...items);
    const means = [this.#before, costs].filter(Boolean).map((all) => fixed(mean(all), 4));
    this.part("mean").textContent = `C = ${means.join(" → ")}`;
  }
}

/** @param {number} [before] the cost before the last step, if there was one */
function item({ pixels, label }, cost, before) {
  const text =
    before === undefined
      ? translate("digit {label}: cost {cost}", { label, cost: fixed(cost, 3) })
      : translate("digit {label}: cost {cost}, before {before}", { label, cost: fixed(cost, 3), before: fixed(before, 3) });
  return element("li", {}, pixelCanvas(pixels), element("span", {}, text));
}

const mean = (numbers) => numbers.reduce((total, each) => total + each, 0) / numbers.length;

/** All of learning, for one digit: the trained network takes steps on it alone, and what that does to other digits. */
export class TogetherView extends TrainingStepView {
  #state;
  #network;
  /** @type {number[]} */
  #costs = [];

  constructor(root, onProblem) {
    super(root, onProblem);
    this.onClick("step", () => this.#step(1));
    this.onClick("steps", () => this.#step(20));
    this.onClick("again", () => this.#begin());
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
    this.#render();
  }

  #step(count) {
    const { pixels, label } = this.#state;
    for (let step = 0; step < count; step++) {
      this.#costs.push(this.#network.updateMiniBatch(pixels, oneHot([label]), RATE));
    }
    this.#render();
  }

  #render() {
    const { pixels, computed, network } = this.#state;
    const now = inspect(this.#network, pixels).output.activations;
    const rows = now.map((a, digit) => [String(digit), activationText(computed.output.activations[digit]), activationText(a), activationBar(a)]);
    const headings = [translate("Output"), translate("before"), translate("now"), translate("as a bar")];
    this.part("outputs").replaceChildren(scrollingTable(headings, rows));
    this.plot(this.#costs);
    const steps = this.#costs.length;
    return this.with((examples) => {
      if (steps !== this.#costs.length) return; // more steps have been taken meanwhile
      const [before, after] = [ArticleNetwork.from(network), this.#network].map((each) => each.evaluate(toArrays(examples)));
      const text = translatePlural(
        "After {count} step: of 100 other digits it reads {now} right; before, {before}.",
        "After {count} steps: of 100 other digits it reads {now} right; before, {before}.",
        steps,
        { before, now: after },
      );
      this.part("state").textContent = steps > 0 ? text : "";
    });
  }
}

const EPOCHS = 50;

/** Overfitting: a new network learns from few digits, and others, held back, are read beside them. */
export class OverfittingView extends TrainingStepView {
  #order = 0; // of the training: an older one goes on no longer

  constructor(root, onProblem) {
    super(root, onProblem);
    this.onClick("train", () => this.with((learnt, heldBack) => this.#train(learnt.slice(0, Number(this.part("count").value)), heldBack)));
    this.part("count").addEventListener("change", () => this.#clear());
    this.#clear();
  }

  #clear() {
    this.#order++;
    this.plot([], []);
    this.part("state").textContent = "";
  }

  /** Draws an epoch at a time, so that the page does not wait; to people who want no motion, the last one. */
  #train(learnt, heldBack) {
    this.#clear();
    const order = this.#order;
    const [network, random] = [untrainedNetwork(SEED), uniformNumbers(SEED)];
    const [own, others] = [learnt, heldBack].map(toArrays);
    const costs = { own: [], others: [] };
    const next = () => {
      if (order !== this.#order) return;
      for (const _ of network.sgd(own, { epochs: 1, miniBatchSize: SIZE, learningRate: RATE }, random));
      const [now, ofOthers] = [own, others].map((each) => network.measure(each));
      costs.own.push(now.cost);
      costs.others.push(ofOthers.cost);
      const isLast = costs.own.length === EPOCHS;
      if (isLast || !stillness.matches) this.plot(costs.own, costs.others);
      if (!isLast) return requestAnimationFrame(next);
      const read = { own: now.right, others: ofOthers.right };
      this.part("state").textContent = translate(
        "After {epochs} epochs it reads {own} of the {count} digits right that it learnt from, and {others} of the 100 held back.",
        { epochs: EPOCHS, count: learnt.length, ...read },
      );
    };
    next();
  }
}
