/** What can be read about a run: frames, mistakes, one step of back propagation, a comparison; runs as files. */

import { ArticleNetwork, inspect } from "../network/article.js";
import { oneHot } from "../network/losses.js";
import { digitOf } from "../network/network.js";
import { byId, element, table } from "../ui/dom.js";
import { save } from "../ui/files.js";
import { activationText, fixed, percent, signed } from "../ui/format.js";
import { drawPixels, pixelCanvas, rowAndColumn } from "../ui/pixels.js";
import { formatNumber, translate, translatePlural } from "../ui/translate.js";
import { tellingKnobs } from "./knobs.js";
import { BadFile, openFile, recipeOf } from "./run.js";

const OWN_COLUMN = 3; // of the table of frames
const DECIMALS = 4; // so many that what is shown adds up
const SMALL = 0.001; // a smaller number is shown in powers of ten
const MOST_WEIGHTS = 3; // of each layer

/** @param {number?} cost @returns {string} */
export const costText = (cost) => (cost === null ? translate("no number") : formatNumber(cost, 3));

const measured = (part) => (part === null ? "–" : percent(part));

/** @param {import("./training.js").Frame} frame @returns {Record<string, string>} what it reads right, and its cost */
export const figuresOf = ({ trainAccuracy, testAccuracy, ownAccuracy, cost }) => ({
  test: percent(testAccuracy),
  train: percent(trainAccuracy),
  own: measured(ownAccuracy),
  cost: costText(cost),
});

/** @param {HTMLElement} root of the player @param {import("./run.js").Run} run with its results */
export function showResults(root, { results: { worst, confusion } }) {
  const none = element("li", {}, translate("It reads every test digit right."));
  root.querySelector("#worst").replaceChildren(...(worst.length === 0 ? [none] : worst.map(worstItem)));
  root.querySelector("#matrix").replaceChildren(matrixTable(confusion));
}

function worstItem({ pixels, label, activations }) {
  const read = digitOf(activations);
  const values = { label, read, activation: activationText(activations[read]) };
  const text = translate("is {label}, read as {read} ({activation})", values);
  return element("li", {}, pixelCanvas(pixels, pictureName(label)), element("span", {}, text));
}

/** @param {number} label of a picture @returns {string} what it shows */
export const pictureName = (label) => translate("A handwritten {label}", { label });

/** @param {number[][]} confusion by label, then by what was read @returns {HTMLTableElement} */
function matrixTable(confusion) {
  const headings = [translate("is ↓ read as →"), ...confusion.map((_, digit) => String(digit))];
  const made = table(headings, confusion.map((row, label) => [label, ...row].map(String)));
  made.classList.add("matrix", "small");
  const wrong = confusion.flatMap((row, label) => row.filter((_, read) => read !== label));
  const most = Math.max(...wrong, 1);
  for (const [label, { cells }] of [...made.tBodies[0].rows].entries()) {
    for (const [read, count] of confusion[label].entries()) {
      const cell = cells[read + 1];
      cell.title = translatePlural("{count} digit {label} read as {read}", "{count} digits {label} read as {read}", count, { label, read });
      if (label === read) cell.className = "is-right";
      else if (count > 0) cell.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
    }
  }
  return made;
}

/** @param {import("./run.js").Run} run @returns {HTMLTableElement} a row for each frame */
export function framesTable({ frames, hasOwn }) {
  const kept = (cells) => cells.filter((_, place) => hasOwn || place !== OWN_COLUMN);
  const rows = frames.map((frame) => {
    const { test, train, own, cost } = figuresOf(frame);
    return kept([formatNumber(frame.step), test, train, own, cost, costText(frame.testCost)]);
  });
  return table(kept(HEADINGS), rows);
}

const HEADINGS = [
  ...[translate("Mini-batch"), translate("Test digits"), translate("Training digits"), translate("Your digits")],
  ...[translate("Training cost"), translate("Test cost")],
];

/**
 * The first step of a run on one digit, from the weights before the training.
 * @param {HTMLElement} root of the player @param {import("./run.js").Run} run
 */
export function showBackprop(root, run) {
  const part = (id) => root.querySelector(`#backprop-${id}`);
  const { pixels, label } = run.firstExample;
  const { rate, penalty, biases, cost: costKind, activation } = run.firstKnobs;
  const before = run.layersAt(0);
  const network = Object.assign(ArticleNetwork.from(before, run.firstKnobs), { penalty, areBiasesLearnt: biases === "yes" });
  const { hidden, output } = inspect(before, pixels);
  const targets = oneHot([label]);
  const costNow = () => network.loss.cost(network.outputs(pixels), targets);
  const cost = costNow();
  network.updateMiniBatch(pixels, targets, rate);
  for (const rule of part("rules").children) rule.hidden = ![costKind, activation, undefined].includes(rule.dataset.of);
  drawPixels(part("digit"), pixels);
  part("digit").ariaLabel = pictureName(label);
  part("cost").textContent = translate("Its label is {label}. The cost of this digit: {before}; after the step {after}.", {
    ...{ label, before: fixed(cost, 3), after: fixed(costNow(), 3) },
  });
  const deltas = network.output.biasesGradient; // those by the sums z, as there is one example
  const outputs = output.z.map((z, digit) => [
    ...[String(digit), fixed(z), activationText(output.activations[digit]), String(targets[digit]), small(deltas[digit])],
  ]);
  part("outputs").replaceChildren(table([translate("Output"), "z", "a", "y", "δ"], outputs));
  const toHidden = (source, neuron) =>
    translate("pixel in row {row}, column {column} → hidden neuron {neuron}", { ...rowAndColumn(source), neuron });
  const toOutput = (source, output) => translate("hidden neuron {neuron} → output {output}", { neuron: source + 1, output });
  const rows = [
    ...weightRows(before.hidden, network.hidden, pixels, rate, fixed, toHidden),
    ...weightRows(before.output, network.output, hidden.activations, rate, activationText, toOutput),
  ];
  const headings = [translate("Weight"), "x", "δ", translate("gradient"), "w", translate("− η · gradient"), translate("new w")];
  part("weights").replaceChildren(table(headings, rows));
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
  const knobs = new Set([run, other].flatMap((each) => tellingKnobs(each.knobs)));
  const knobRows = [...knobs].map((name) => {
    const [first, second] = [run, other].map(({ knobs }) => knobsView.textOf(name, knobs[name]));
    return [knobsView.nameOf(name), first, first === second ? second : `${second} ≠`];
  });
  const figures = [run, other].map(({ lastFrame }) => figuresOf(lastFrame));
  const names = { test: translate("Test digits right"), train: translate("Training digits right"), cost: translate("Cost") };
  const figureRows = Object.entries(names).map(([name, text]) => [text, ...figures.map((each) => each[name])]);
  const headings = [translate("Compared"), translate("This run"), translate("The other run")];
  return table(headings, [...knobRows, ...figureRows]);
}

const FAULTS = {
  large: translate("This file is too large for a run. Choose one that this page has saved."),
  json: translate("This file is no run, or not all of it: it cannot be read. Choose one that this page has saved."),
  format: translate("This file is no run. Choose one that this page has saved."),
  version: translate("This run was saved by another version of the page, which this one cannot read."),
  damaged: translate("A part of this run is missing or damaged. Save it again, or train it again with the same knobs."),
  own: translate("This run has learnt digits of your own, which are not in the file and not in this tab."),
  other: translate("This run comes out differently here than where it was saved, so it is not shown."),
};

export class RunsView {
  /** What the next runs are compared with. @type {import("./run.js").Run?} */
  kept = null;
  /** @type {import("./run.js").Run?} */
  #shown = null;

  /** @param {{onOpen: (recipe: import("./run.js").Recipe) => Promise<void>, onKeep: () => void}} listener */
  constructor(knobsView, listener) {
    Object.assign(this, { knobsView, listener });
    byId("keep").addEventListener("click", () => {
      this.kept = this.kept === this.#shown ? null : this.#shown;
      this.show(this.#shown);
      listener.onKeep();
    });
    byId("save-run").addEventListener("click", () => save("run.json", () => JSON.stringify(recipeOf(this.#shown))));
    byId("open-run").addEventListener("change", ({ target }) => {
      const [file] = target.files;
      if (file) this.#open(file);
      target.value = ""; // so that the same file can be chosen again
    });
  }

  show(run) {
    this.#shown = run;
    byId("keep").ariaPressed = String(this.kept === run);
    const comparison = byId("comparison");
    comparison.hidden = !this.kept;
    if (this.kept === run) comparison.replaceChildren(translate("The next runs are drawn over this one."));
    else if (this.kept) comparison.replaceChildren(comparisonTable(run, this.kept, this.knobsView));
  }

  async #open(file) {
    byId("file-problem").textContent = "";
    try {
      await this.listener.onOpen(await openFile(file));
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      byId("file-problem").textContent = FAULTS[error.fault];
    }
  }
}
