/** Two inputs, the step before 784: a network while it learns, the points, the lines of its hidden neurons, its outputs as colours, and its numbers. */

import { ACTIVATIONS, weightedSums } from "../network/layers.js";
import { inAddress, storeInAddress } from "../state.js";
import { Chart, signedBar } from "../ui/chart.js";
import { announce, bringIntoSight, element, partsOf, table } from "../ui/dom.js";
import { plain, signed } from "../ui/format.js";
import { drawLevels, largestMagnitude, onPaletteChange, paletteOf } from "../ui/pixels.js";
import { Playback, Player } from "../ui/player.js";
import { formatNumber, translate, translatePlural } from "../ui/translate.js";
import { GRID, GRID_INPUTS, PlanePicture } from "./plane_picture.js";
import { linesOf, planeNetwork, PlaneTraining } from "./plane_training.js";
import { N_POINTS, pointsOf, SET_NAMES } from "./points.js";

const PACE = 5; // of the player's: twenty frames a second

/** @typedef {{plane: string, lines: number, line: number?, weights: number}} State as of the address; line is from 0 */

export class PlaneView {
  /** @type {State} */
  #state;
  /** @type {PlaneTraining} */
  #run;
  /** The network of the frame that is shown. */
  #network;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    this.part = partsOf(dialog);
    this.form = this.part("knobs");
    const trainer = { advance: async () => this.#run.advance() };
    this.player = new Player(trainer, { onFrame: () => this.#show(), onEnd: () => this.#tell() });
    this.player.pace = PACE;
    this.playback = new Playback(this.part, this.player);
    this.picture = new PlanePicture(this.part("plane"));
    this.chart = new Chart(this.part("cost-curve"), {
      ...{ lines: [{ name: "test", text: translate("training points"), of: ({ cost }) => cost }], most: null },
      ...{ formatX: plain, formatY: plain },
    });
    this.#listen();
  }

  #listen() {
    const { part, form } = this;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      const lines = Number(form.elements.lines.value);
      this.#change({ plane: form.elements.plane.value, lines, line: this.#state.line < lines ? this.#state.line : null });
    });
    part("again").addEventListener("click", () => this.#change({ weights: this.#state.weights + 1 }));
    part("close").addEventListener("click", () => this.dialog.close());
    part("neurons").addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#choose(Number(button.value));
    });
    part("plane").addEventListener("click", (event) => {
      const nearest = this.picture.lineAt(event, linesOf(this.#network));
      if (nearest !== null || this.#state.line !== null) this.#choose(nearest);
    });
    part("numbers").addEventListener("toggle", () => this.#show());
    onPaletteChange(() => {
      if (!this.dialog.open) return;
      this.#colour();
      this.#show();
    });
  }

  open() {
    const [plane, lines, line, weights] = ["plane", "lines", "line", "weights"].map((name) => inAddress(name));
    this.#state = { plane: SET_NAMES.includes(plane) ? plane : SET_NAMES[0], lines, line: line < lines ? line : null, weights };
    this.#colour();
    this.#begin();
  }

  #colour() {
    this.picture.use(paletteOf(this.dialog));
    for (const canvas of this.form.querySelectorAll("canvas")) this.picture.drawSmall(canvas, pointsOf(canvas.dataset.set));
  }

  close() {
    this.player.pause();
    storeInAddress({ plane: null, lines: null, line: null, weights: null });
  }

  /** @param {Partial<State>} changes */
  #change(changes) {
    this.#state = { ...this.#state, ...changes };
    this.#begin();
  }

  /** Begins to learn with the knobs as they are: at once, unless the user wants no motion. */
  #begin() {
    const { plane, lines, weights } = this.#state;
    storeInAddress(this.#state);
    this.form.elements.plane.value = plane;
    this.form.elements.lines.value = lines;
    this.form.elements.lines.ariaValueText = this.part("lines").textContent = formatNumber(lines);
    for (const question of this.form.querySelectorAll("[data-of]")) question.hidden = question.dataset.of !== plane;
    this.points = pointsOf(plane);
    this.#run = new PlaneTraining(this.points, lines, weights);
    this.#network = planeNetwork(lines);
    this.tiles = Array.from({ length: lines }, (_, neuron) => tileOf(neuron));
    this.part("neurons").replaceChildren(...this.tiles.map((tile) => element("li", {}, tile)));
    this.player.load(this.#run);
    this.player.begin();
  }

  /** @param {number?} line that is shown alone; once more: all of them */
  #choose(line) {
    this.#state.line = line === this.#state.line ? null : line;
    storeInAddress({ line: this.#state.line });
    this.#show();
    announce(this.part("caption").textContent);
  }

  #show() {
    const { player } = this;
    const { line } = this.#state;
    const { frames } = this.#run;
    const frame = frames[player.position];
    this.#network.parameters.set(frame.parameters);
    const { hidden, output } = this.#network;
    const activations = ACTIVATIONS["Sigmoid()"](weightedSums(hidden, GRID_INPUTS));
    const levels = this.tiles.map((_, neuron) => Float32Array.from({ length: GRID * GRID }, (_, n) => activations[n * this.tiles.length + neuron]));
    this.#showTiles(levels, output);
    const lines = linesOf(this.#network);
    const outputs = line === null ? ACTIVATIONS["Sigmoid()"](weightedSums(output, activations)) : null;
    const read = this.#network.activations(this.points.inputs);
    this.picture.draw({ points: this.points, activations: read, lines, line, outputs, levels: levels[line] });
    this.part("caption").textContent = line === null ? translate("Choose a neuron, or touch its line, to see it alone.") : formulaOf(line, lines[line]);
    const right = translate("{right} of {total}", { right: formatNumber(frame.right), total: formatNumber(N_POINTS) });
    this.part("right").textContent = right;
    this.part("cost").textContent = costText(frame);
    this.part("plane").ariaLabel = translate("The plane with its points and lines: {right} points are on the right side.", { right });
    this.playback.show(frames.length - 1, translate("Mini-batch {step}", { step: formatNumber(frame.step) }));
    const shown = { frames, end: player.position, lastStep: frame.lastStep, isLogarithmic: true };
    const [first, last] = [frames[0], frame].map(costText);
    this.chart.draw(shown, translate("Cost by mini-batch: from {first} to {last}.", { first, last }));
    this.part("outcome").textContent = frame.isLast ? outcomeOf(frame, lines.length) : "";
    if (this.part("numbers").open) this.part("rows").replaceChildren(tableOf(lines, output));
  }

  /** Tells how it ended, and brings that into sight. */
  #tell() {
    const outcome = this.part("outcome");
    if (!this.dialog.open || !outcome.textContent) return;
    announce(outcome.textContent);
    bringIntoSight(outcome);
  }

  /** @param {Float32Array[]} levels of each hidden neuron */
  #showTiles(levels, output) {
    const strengths = this.tiles.map((_, neuron) => output.weights[2 * neuron + 1] - output.weights[2 * neuron]);
    const largest = largestMagnitude(strengths);
    this.tiles.forEach((tile, neuron) => {
      tile.ariaPressed = String(neuron === this.#state.line);
      drawLevels(tile.querySelector("canvas"), levels[neuron], GRID);
      tile.querySelector(".signed-bar").replaceWith(signedBar(strengths[neuron], largest));
    });
  }

}

/** @param {import("./plane_training.js").Frame} frame the last one @param {number} count of lines @returns {string} how it ended */
function outcomeOf({ right }, count) {
  const values = { right: formatNumber(right), total: formatNumber(N_POINTS) };
  if (right < N_POINTS) {
    return translatePlural(
      "With {count} line {right} of {total} points are on the right side. Where a training ends depends on its first weights: try others, or another number of lines.",
      "With {count} lines {right} of {total} points are on the right side. Where a training ends depends on its first weights: try others, or another number of lines.",
      count,
      values,
    );
  }
  return translatePlural(
    "{count} line is enough: all {total} points are on the right side.",
    "{count} lines are enough: all {total} points are on the right side.",
    count,
    values,
  );
}

const costText = ({ cost }) => formatNumber(cost, 3);

function tileOf(neuron) {
  const ariaLabel = translate("Hidden neuron {number}", { number: neuron + 1 });
  const canvas = element("canvas", { width: GRID, height: GRID });
  const name = element("span", { ariaHidden: "true" }, String(neuron + 1));
  return element("button", { type: "button", className: "tile", value: neuron, ariaLabel }, canvas, name, signedBar(0, 1));
}

/** @returns {string} the weighted sum of a hidden neuron */
function formulaOf(neuron, { x, y, bias }) {
  const sum = { x: signed(x), y: signed(y), bias: signed(bias) };
  return translate("Hidden neuron {number}: z = {x}·x {y}·y {bias}. On its line z is 0, on the bright side z is above 0.", { number: neuron + 1, ...sum });
}

/** @returns {HTMLTableElement} the weights and biases of all neurons */
function tableOf(lines, { weights, biases }) {
  const toOutput = (from, output) => signed(weights[2 * from + output]);
  const rows = lines.map(({ x, y, bias }, neuron) => [String(neuron + 1), signed(x), signed(y), signed(bias), toOutput(neuron, 1), toOutput(neuron, 0)]);
  const headings = [translate("Neuron"), "x", "y", translate("Bias"), translate("to squares"), translate("to dots")];
  return table(headings, [...rows, [translate("Outputs’ biases"), "", "", "", signed(biases[1]), signed(biases[0])]]);
}
