/** Back propagation, drawn: how strongly each output pulls each hidden neuron up or down, and how the pulls on one add up. */

import { neuronName } from "../inside/neuron_names.js";
import { OUTPUTS } from "../network/article.js";
import { signedBar } from "../ui/chart.js";
import { partsOf, scrollingTable, stillness, svg } from "../ui/dom.js";
import { fixed, signed } from "../ui/format.js";
import { Playback, Player } from "../ui/player.js";
import { translate } from "../ui/translate.js";

// The frames: a − y of each output; δ of each; then the pulls of one output after another; their sum at one neuron; its δ.
const [ERRORS, DELTAS, PULLS] = [0, 1, 2];
const [SUM, DELTA_BELOW] = [PULLS + OUTPUTS, PULLS + OUTPUTS + 1];
const PACE = 1; // of the player: 800 ms a frame
const LIGHT_MS = 500; // from the outputs to the hidden neurons
const DECIMALS = 5;

// Places in the drawing, which is 376 × 424.
const TEXT_X = 2;
const SUM_X = 78;
const PULL_X = 104;
const HIDDEN_X = 132;
const OUTPUT_X = 268;
const ARROW_X = 296;
const NUMBER_X = 310;
const hiddenY = (j) => 30 + 27 * j;
const outputY = (k) => 36 + 40.7 * k;
const LONGEST = 20; // arrow
const THICKEST = 5; // line

export class FlowView {
  #state = null;

  /** @param {HTMLElement} root @param {(chosen: import("../inside/neuron_names.js").Chosen) => void} onChoose a hidden neuron was touched */
  constructor(root, onChoose) {
    this.part = partsOf(root);
    // A shortcut for the pointer: the list of neurons and the buttons do the same.
    this.part("drawing").addEventListener("click", ({ target }) => {
      const { layer, neuron } = target.closest(".neuron")?.dataset ?? {};
      if (layer) this.player.seek(layer === "output" ? PULLS + Number(neuron) : Math.max(this.player.position, SUM));
      if (layer === "hidden") onChoose({ layer, neuron: Number(neuron) });
    });
    this.player = new Player(null, { onFrame: () => this.#draw(), onEnd: () => this.#draw() });
    this.player.pace = PACE;
    this.playback = new Playback(this.part, this.player);
  }

  /** @param {import("./slopes.js").Flow} flow @param {number} neuron hidden, into which the ten terms flow */
  show(flow, neuron) {
    const last = this.#state ? this.player.position : DELTA_BELOW;
    this.#state = { flow, neuron };
    this.player.load({ frames: new Array(DELTA_BELOW + 1), isOver: true }, last); // all of it is shown first
    const terms = flow.terms[neuron];
    const largest = Math.max(...terms.map(Math.abs));
    const rows = terms.map((term, k) => [
      String(k),
      ...[signed(flow.deltas[k], 6), signed(flow.weights[neuron][k]), signed(term, 6)],
      signedBar(term, largest),
    ]);
    const sum = [translate("Sum"), "", "", signed(flow.sums[neuron], 6), ""];
    this.part("terms").replaceChildren(scrollingTable([translate("Output"), "δ", "w", "w·δ", translate("as a bar")], [...rows, sum]));
  }

  #draw() {
    const { isPlaying, position: frame } = this.player;
    const [drawing, sentence] = [this.part("drawing"), this.part("sentence")];
    this.playback.show(DELTA_BELOW, translate("Picture {number} of {count}", { number: frame + 1, count: DELTA_BELOW + 1 }));
    sentence.ariaLive = isPlaying ? "off" : "polite";
    sentence.textContent = sentenceOf(this.#state, frame);
    drawing.ariaLabel = sentence.textContent;
    drawing.replaceChildren(...shapesOf(this.#state, frame));
    if (isPlaying && !stillness.matches) for (const light of drawing.querySelectorAll(".light")) fly(light);
  }
}

/** Moves a light from its output to its hidden neuron. */
function fly(light) {
  const { from, to } = light.dataset;
  const place = (at) => `translate(${at}px)`;
  light.animate([{ transform: place(from), opacity: 1 }, { transform: place(to), opacity: 1 }], { duration: LIGHT_MS, easing: "ease-in" });
}

/** @returns {string} what a frame shows */
function sentenceOf({ flow, neuron }, frame) {
  if (frame === ERRORS) return translate("Each output is off by a − y: below 0 it should rise ↑, above 0 it should fall ↓.");
  if (frame === DELTAS) return translate("Times the slope a (1 − a) of its sigmoid, that is δ. It is small where a is nearly 0 or nearly 1.");
  const name = neuronName({ layer: "hidden", neuron });
  const [sum, delta] = [flow.sums[neuron], flow.deltasBelow[neuron]].map((number) => signed(number, DECIMALS));
  if (frame === SUM) return translate("Ten terms w·δ flow into {name}. Their sum is ∂C/∂a = {sum}.", { name, sum });
  if (frame === DELTA_BELOW) {
    const values = { name, sum, delta, slope: fixed(flow.slopes[neuron], DECIMALS) };
    return translate("{name}: the sum {sum} of its ten terms, times its slope {slope}, is δ = {delta}. Times a pixel x, that is ∂C/∂w.", values);
  }
  const digit = frame - PULLS;
  const values = { digit, delta: signed(flow.deltas[digit], DECIMALS) };
  return flow.deltas[digit] < 0
    ? translate("Output {digit} should rise, δ = {delta}: it pulls neurons up where its weight is above 0, and down where it is below.", values)
    : translate("Output {digit} should fall, δ = {delta}: it pulls neurons down where its weight is above 0, and up where it is below.", values);
}

/** @returns {SVGElement[]} the drawing of a frame: lines, lights, neurons, arrows and numbers */
function shapesOf({ flow, neuron }, frame) {
  const { errors, deltas, terms, sums } = flow;
  const isAtNeuron = frame >= SUM;
  const isActive = (j, k) => (isAtNeuron ? j === neuron : k === frame - PULLS);
  const largest = Math.max(...terms.flat().map(Math.abs)) || 1;
  const pairs = terms.flatMap((ofNeuron, j) => ofNeuron.map((term, k) => ({ j, k, term, size: Math.abs(term) / largest })));
  pairs.sort((a, b) => isActive(a.j, a.k) - isActive(b.j, b.k)); // those that flow lie on top
  const lines = pairs.map(({ j, k, term, size }) => {
    const name = `line ${isActive(j, k) ? signOf(term) : "is-faint"}`;
    const ends = { x1: OUTPUT_X, y1: outputY(k), x2: HIDDEN_X, y2: hiddenY(j) };
    return svg("line", { class: name, ...ends, "stroke-width": isActive(j, k) ? 0.75 + THICKEST * size : 0.5 });
  });
  const lights = pairs.filter(({ j, k }) => isActive(j, k)).map(({ j, k, size }) => {
    const way = { "data-from": `${OUTPUT_X}px, ${outputY(k)}`, "data-to": `${HIDDEN_X}px, ${hiddenY(j)}` };
    return svg("circle", { class: "light", r: 2 + THICKEST * size, ...way });
  });
  const doneOutputs = isAtNeuron ? OUTPUTS : Math.max(frame - PULLS + 1, 0);
  const soFar = terms.map((ofNeuron) => ofNeuron.slice(0, doneOutputs).reduce((sum, term) => sum + term, 0));
  const largestSum = Math.max(...sums.map(Math.abs), ...soFar.map(Math.abs)) || 1;
  const hidden = terms.flatMap((ofNeuron, j) => {
    const isChosen = j === neuron;
    const shown = [circle(HIDDEN_X, hiddenY(j), 11, { layer: "hidden", neuron: j }, isChosen)];
    if (doneOutputs > 0) shown.push(...arrow(SUM_X, hiddenY(j), soFar[j], largestSum));
    if (doneOutputs > 0 && !isAtNeuron) shown.push(...arrow(PULL_X, hiddenY(j), ofNeuron[frame - PULLS], largest));
    if (isChosen && doneOutputs > 0) {
      const number = frame === DELTA_BELOW ? flow.deltasBelow[j] : soFar[j];
      shown.push(text(TEXT_X, hiddenY(j), numberText(number)));
    }
    return shown;
  });
  const [numbers, heading] = frame === ERRORS ? [errors, "a − y"] : isAtNeuron ? [terms[neuron], "w·δ"] : [deltas, "δ"];
  const largestNumber = Math.max(...numbers.map(Math.abs)) || 1;
  const outputs = numbers.flatMap((number, k) => [
    circle(OUTPUT_X, outputY(k), 14, { layer: "output", neuron: k }, k === frame - PULLS),
    ...arrow(ARROW_X, outputY(k), number, largestNumber),
    text(NUMBER_X, outputY(k), numberText(number)),
  ]);
  const sumHeading = doneOutputs > 0 ? [text(TEXT_X, 10, frame === DELTA_BELOW ? "δ" : "Σ w·δ")] : [];
  return [...lines, ...lights, ...hidden, ...outputs, ...sumHeading, text(NUMBER_X, 10, heading)];
}

const numberText = (number) => (Math.abs(number) < 0.5 * 10 ** -DECIMALS ? "≈ 0" : signed(number, DECIMALS));

const signOf = (number) => (number < 0 ? "minus" : "plus");

const text = (x, y, content) => svg("text", { x, y: y + 4 }, content);

function circle(x, y, r, { layer, neuron }, isChosen) {
  const attributes = { "data-layer": layer, "data-neuron": neuron, "text-anchor": "middle" };
  const name = String(layer === "hidden" ? neuron + 1 : neuron);
  return svg("g", { class: `neuron ${isChosen ? "is-chosen" : ""}`, ...attributes }, svg("circle", { cx: x, cy: y, r }), text(x, y, name));
}

/** An arrow against the derivative, where the cost falls: down for a number above 0, up below; the longer, the larger. */
function arrow(x, y, derivative, largest) {
  const length = (LONGEST * Math.abs(derivative)) / largest;
  if (length < 0.5) return [];
  const way = derivative > 0 ? 1 : -1;
  const [start, end] = [y - (way * length) / 2, y + (way * length) / 2];
  const head = Math.min(5, length / 2);
  const d = `M${x} ${start}V${end}M${x - head} ${end - way * head}L${x} ${end}L${x + head} ${end - way * head}`;
  return [svg("path", { class: `arrow ${signOf(derivative)}`, d })];
}
