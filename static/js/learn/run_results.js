/** What can be read about a run: frames, mistakes, one step of back propagation, a comparison; runs as files. */

import { ArticleNetwork, inspect } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { element, table } from "../ui/dom.js";
import { download } from "../ui/download.js";
import { activationText, fixed, signed } from "../ui/format.js";
import { drawPixels, pixelCanvas, rowAndColumn } from "../ui/pixels.js";
import { tellingKnobs } from "./knobs.js";
import { words } from "./learn_words.js";
import { BadFile, openFile, recipeOf } from "./run.js";

const OWN_COLUMN = 3; // of the table of frames
const DECIMALS = 4; // so many that what is shown adds up
const SMALL = 0.001; // a smaller number is shown in powers of ten
const MOST_WEIGHTS = 3; // of each layer

/** @param {HTMLElement} root of the player @param {import("./run.js").Run} run with its results */
export function showResults(root, { results: { worst, confusion } }) {
  const isNone = worst.length === 0;
  root.querySelector("#worst").replaceChildren(...(isNone ? [element("li", {}, words.worst.none)] : worst.map(worstItem)));
  root.querySelector("#matrix").replaceChildren(matrixTable(confusion));
}

function worstItem({ pixels, label, activations }) {
  const canvas = pixelCanvas(pixels, words.worst.picture(label));
  const read = activations.indexOf(Math.max(...activations));
  return element("li", {}, canvas, element("span", {}, words.worst.digit(label, read, activations[read])));
}

/** @param {number[][]} confusion by label, then by what was read @returns {HTMLTableElement} */
function matrixTable(confusion) {
  const digits = confusion.map((_, digit) => element("th", { scope: "col" }, String(digit)));
  const head = element("tr", {}, element("td", {}, words.matrix.corner), ...digits);
  const wrong = confusion.flatMap((row, label) => row.filter((_, read) => read !== label));
  const most = Math.max(...wrong, 1);
  const rows = confusion.map((row, label) => {
    const cells = row.map((count, read) => matrixCell(count, label, read, most));
    return element("tr", {}, element("th", { scope: "row" }, String(label)), ...cells);
  });
  return element("table", { className: "matrix small" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

function matrixCell(count, label, read, most) {
  const cell = element("td", { title: words.matrix.cell(label, read, count) }, String(count));
  if (label === read) cell.className = "is-right";
  else if (count > 0) cell.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
  return cell;
}

/** @param {import("./run.js").Run} run @returns {HTMLTableElement} a row for each frame */
export function framesTable({ frames, hasOwn }) {
  const { headings, row } = words.curves;
  const kept = (cells) => cells.filter((_, place) => hasOwn || place !== OWN_COLUMN);
  return table(kept(headings), frames.map((frame) => kept(row(frame))));
}

/**
 * The first step of a run on one digit, from the weights before the training.
 * @param {HTMLElement} root of the player @param {import("./run.js").Run} run
 */
export function showBackprop(root, run) {
  const part = (id) => root.querySelector(`#backprop-${id}`);
  const { pixels, label } = run.firstExample;
  const { rate, penalty, biases } = run.firstKnobs;
  const before = run.layersAt(0);
  const network = Object.assign(ArticleNetwork.from(before), { penalty, areBiasesLearnt: biases === "yes" });
  const { hidden, output } = inspect(before, pixels);
  const targets = oneHot([label]);
  const cost = network.loss.cost(output.activations, targets);
  network.updateMiniBatch(pixels, targets, rate);
  const after = network.loss.cost(network.feedforward(pixels), targets);
  drawPixels(part("digit"), pixels);
  part("digit").ariaLabel = words.worst.picture(label);
  part("cost").textContent = words.backprop.cost(label, fixed(cost, 3), fixed(after, 3));
  const deltas = network.output.biasesGradient; // those by the sums z, as there is one example
  const outputs = output.z.map((z, digit) => [
    ...[String(digit), fixed(z), activationText(output.activations[digit]), String(targets[digit]), small(deltas[digit])],
  ]);
  part("outputs").replaceChildren(table(words.backprop.outputHeadings, outputs));
  const rows = [
    ...weightRows(before.hidden, network.hidden, pixels, rate, fixed, (source, neuron) => words.backprop.toHidden(rowAndColumn(source), neuron)),
    ...weightRows(before.output, network.output, hidden.activations, rate, activationText, (source, digit) => words.backprop.toOutput(source + 1, digit)),
  ];
  part("weights").replaceChildren(table(words.backprop.weightHeadings, rows));
}

/** @returns {(string | Node)[][]} the weight of the largest gradient into each of the neurons that change most */
function weightRows(before, { weights, weightsGradient, biasesGradient }, inputs, rate, inputText, nameOf) {
  const n = biasesGradient.length;
  const neurons = [...biasesGradient.keys()].sort((a, b) => Math.abs(biasesGradient[b]) - Math.abs(biasesGradient[a]));
  return neurons.slice(0, MOST_WEIGHTS).map((neuron) => {
    const gradients = Array.from(inputs, (_, source) => Math.abs(weightsGradient[source * n + neuron]));
    const source = gradients.indexOf(Math.max(...gradients));
    const place = source * n + neuron;
    const numbers = [small(biasesGradient[neuron]), small(weightsGradient[place]), fixed(before.weights[place], DECIMALS)];
    return [nameOf(source, neuron), inputText(inputs[source], DECIMALS), ...numbers, small(-rate * weightsGradient[place]), fixed(weights[place], DECIMALS)];
  });
}

/** A number near 0 with its sign; a smaller one in powers of ten. */
function small(value) {
  if (value === 0 || Math.abs(value) >= SMALL) return signed(value, DECIMALS);
  const power = Math.floor(Math.log10(Math.abs(value)));
  return element("span", {}, `${signed(value / 10 ** power, 1)} · 10`, element("sup", {}, String(power).replace("-", "−")));
}

/**
 * Two runs side by side: the knobs in which they differ, and what they read now.
 * @param {import("./run.js").Run} run @param {import("./run.js").Run} other
 * @param {import("./knobs.js").KnobsView} knobsView names the knobs
 * @returns {HTMLTableElement}
 */
function comparisonTable(run, other, knobsView) {
  const names = [...new Set([run, other].flatMap(({ knobs }) => tellingKnobs(knobs)))];
  const knobRows = names.map((name) => {
    const [first, second] = [run, other].map(({ knobs }) => knobsView.textOf(name, knobs[name]));
    return [knobsView.nameOf(name), first, first === second ? second : `${second} ≠`];
  });
  const figures = [run, other].map(({ lastFrame }) => words.figures(lastFrame));
  const figureRows = Object.entries(words.compared.figures).map(([name, text]) => [text, ...figures.map((each) => each[name])]);
  return table(words.compared.headings, [...knobRows, ...figureRows]);
}

export class RunsView {
  /** What the next runs are compared with. @type {import("./run.js").Run?} */
  kept = null;
  /** @type {import("./run.js").Run?} */
  #shown = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./knobs.js").KnobsView} knobsView
   * @param {{onOpen: (recipe: import("./run.js").Recipe) => Promise<void>, onKeep: () => void}} listener
   */
  constructor(root, knobsView, listener) {
    Object.assign(this, { knobsView, listener });
    this.part = (id) => root.querySelector(`#${id}`);
    this.part("keep").addEventListener("click", () => {
      this.kept = this.kept === this.#shown ? null : this.#shown;
      this.show(this.#shown);
      listener.onKeep();
    });
    this.part("save-run").addEventListener("click", () => {
      download(new Blob([JSON.stringify(recipeOf(this.#shown))], { type: "application/json" }), "run.json", new Date());
    });
    this.part("open-run").addEventListener("change", ({ target }) => {
      const [file] = target.files;
      if (file) this.#open(file);
      target.value = ""; // so that the same file can be chosen again
    });
  }

  /** @param {import("./run.js").Run} run */
  show(run) {
    this.#shown = run;
    this.part("keep").ariaPressed = String(this.kept === run);
    const comparison = this.part("comparison");
    comparison.hidden = !this.kept;
    if (this.kept === run) comparison.replaceChildren(words.compared.next);
    else if (this.kept) comparison.replaceChildren(comparisonTable(run, this.kept, this.knobsView));
  }

  async #open(file) {
    this.part("file-problem").textContent = "";
    try {
      await this.listener.onOpen(await openFile(file));
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      this.part("file-problem").textContent = words.file[error.fault];
    }
  }
}
