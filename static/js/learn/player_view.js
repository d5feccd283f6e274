/** Shows a run frame by frame: its figures, curves and the weights of its neurons, and the buttons that play it. */

import { incomingWeights } from "../network/article.js";
import { Chart } from "../ui/chart.js";
import { announce, element, partsOf } from "../ui/dom.js";
import { drawShades, drawSigned, onPaletteChange, paletteOf, shadesOf, SIDE, usualLimit } from "../ui/pixels.js";
import { percent, plain } from "../ui/format.js";
import { Playback, Player } from "../ui/player.js";
import { formatNumber, translate } from "../ui/translate.js";
import { explain } from "./explanations.js";
import { costText, figuresOf, framesTable, showBackprop, showResults } from "./run_results.js";

export class PlayerView {
  #run = null;
  /** @type {import("./run.js").Run?} */
  #other = null;
  /** The network that is shown. @type {import("../network/article.js").Layers?} */
  #layers = null;
  #isLogarithmic = true;
  #pending = 0; // the request to draw the weights
  /** Whether another run is on its way: what is pressed meanwhile is for that one. */
  #isAwaiting = false;
  #mustPlay = false;

  /**
   * @param {object} trainer calls of the worker
   * @param {{showDigit: (layers: object) => void, mayTrain: () => boolean, nameOther: (run: object, other: object) => string,
   *   onFrame: () => void, onEnd: (isPlayed?: boolean) => void}} listener onEnd: it has paused, or is at its end, perhaps just loaded
   */
  constructor(root, trainer, listener) {
    Object.assign(this, { root, trainer, listener });
    this.part = (id) => root.querySelector(`#${id}`);
    const onEnd = () => {
      this.#announcePlace();
      listener.onEnd(true);
    };
    this.player = new Player(trainer, { onFrame: () => this.#show(), onEnd });
    const buttons = partsOf(this.part("playback"));
    this.playback = new Playback(buttons, this.player, (button) => this.#mayGoOn(button));
    buttons("back").addEventListener("click", () => this.#announcePlace());
    this.neurons = new NeuronsView(root, () => this.#show());
    this.accuracy = new Chart(this.part("accuracy-curve"), chartOf(ACCURACY, (part) => percent(part, 0), 1));
    this.cost = new Chart(this.part("cost-curve"), chartOf(COST, plain, null));
    this.part("slower").addEventListener("click", () => this.player.changePace(-1));
    this.part("faster").addEventListener("click", () => this.player.changePace(1));
    this.part("stretch").addEventListener("click", () => {
      this.#isLogarithmic = !this.#isLogarithmic;
      this.#show();
    });
    this.part("frames").addEventListener("toggle", () => this.#showTable());
  }

  /**
   * @param {import("./run.js").Run?} other to draw beside it
   * @param {number} position of the frame that is shown first
   */
  load(run, other, position) {
    this.#run = run;
    this.#other = other;
    this.#isLogarithmic = !run.disturbance; // what is of interest is at the end
    showBackprop(this.root, run);
    this.player.load(run, position);
    this.part("playback").disabled = false;
    if (run.isOver && this.player.isAtEnd) this.listener.onEnd();
  }

  /** Shows a network before there is a run of it. @param {import("../network/article.js").Layers} layers */
  preview(layers) {
    this.#layers = layers;
    this.#showLayers();
  }

  /** @param {import("./run.js").Run?} other to draw beside it */
  compare(other) {
    this.#other = other;
    this.#show();
  }

  /** Notes that another run is on its way, or has come. @param {boolean} isAwaiting */
  awaitRun(isAwaiting) {
    this.#isAwaiting = isAwaiting;
    this.#mustPlay = false;
  }

  /** Plays at once, unless the user wants no motion: then the first frame waits for a click, if that has not come already. */
  begin() {
    if (this.#mustPlay) this.player.play();
    else this.player.begin();
  }

  #mayGoOn(button) {
    if (!this.#isAwaiting) return this.listener.mayTrain();
    this.#mustPlay ||= button === "play";
    return false;
  }

  /** Shows what the newest frame reads wrong, and what explains it. @param {import("./run.js").Run?} base that it is a change of */
  async showResults(base) {
    const run = this.#run;
    const { parameters } = run.lastFrame;
    run.results ??= await this.trainer.results(run.knobs, parameters);
    if (run !== this.#run || this.player.isPlaying) return;
    if (run.lastFrame.parameters !== parameters) return this.showResults(base); // a frame has come meanwhile
    showResults(this.root, run);
    this.#showTable();
    this.part("run-explanation").textContent = explain(run, base, this.#other);
  }

  get isPlaying() {
    return this.player.isPlaying;
  }

  /** Pauses, if it plays. */
  pause() {
    this.player.pause();
  }

  get #frame() {
    return this.#run.frames[this.player.position];
  }

  #show() {
    const { player } = this;
    if (!this.#run || !this.#frame) return this.#showLayers();
    for (const [name, text] of Object.entries(figuresOf(this.#frame))) {
      const part = this.part("player-figures").querySelector(`[data-figure="${name}"]`);
      part.hidden = name === "own" && !this.#run.hasOwn;
      part.querySelector("dd").textContent = text;
    }
    const place = placeText(this.#frame);
    this.playback.show(this.#run.frames.length - 1, place);
    this.part("place").textContent = place;
    this.part("slower").ariaDisabled = String(player.isSlowest);
    this.part("faster").ariaDisabled = String(player.isFastest);
    this.part("stretch").ariaPressed = String(this.#isLogarithmic);
    this.#drawCurves();
    this.#layers = this.#run.layersAt(player.position);
    cancelAnimationFrame(this.#pending);
    if (player.isPlaying) this.#pending = requestAnimationFrame(() => this.#showLayers()); // apart from the curves: neither frame takes long
    else this.#showLayers();
    if (player.isPlaying) this.listener.onFrame();
  }

  #showLayers() {
    if (!this.#layers) return;
    this.neurons.show(this.#layers.hidden);
    this.listener.showDigit(this.#layers);
  }

  #drawCurves() {
    const { frames, knobs } = this.#run;
    const other = this.#other?.frames ?? null;
    const otherText = other && this.listener.nameOther(this.#run, this.#other);
    const lastStep = Math.max(this.#run.lastFrame.lastStep, other?.at(-1).step ?? 0);
    const shown = { frames, end: this.player.position, other, otherText, lastStep, isLogarithmic: this.#isLogarithmic };
    const between = (textOf) => ({ first: textOf(frames[0]), last: textOf(this.#frame) });
    const accuracies = between(({ testAccuracy }) => percent(testAccuracy));
    const costs = between(({ cost }) => costText(cost));
    const accuracyLabel = translate(
      "Accuracy by mini-batch: from {first} to {last} of the test digits right. The table has all numbers.",
      accuracies,
    );
    this.accuracy.draw(shown, accuracyLabel);
    const hasSameCost = other && this.#other.knobs.cost === knobs.cost; // other costs are other numbers
    this.cost.draw({ ...shown, other: hasSameCost ? other : null }, translate("Cost by mini-batch: from {first} to {last}. The table has all numbers.", costs));
  }

  /** Fills the table while it is open. */
  #showTable() {
    if (this.part("frames").open && this.#run) this.part("frame-rows").replaceChildren(framesTable(this.#run));
  }

  #announcePlace() {
    const [place, accuracy] = [placeText(this.#frame), percent(this.#frame.testAccuracy)];
    const isSecret = this.root.closest(".is-secret");
    const told = isSecret ? place : translate("{place}: {percent} of the test digits right", { place, percent: accuracy });
    const values = { place: told };
    announce(this.player.isAtEnd ? translate("The training is over. {place}", values) : translate("Paused. {place}", values));
  }
}

function placeText({ step, epoch, lastStep }) {
  if (step === 0) return translate("Before the first mini-batch");
  const values = { step: formatNumber(step), last: formatNumber(lastStep), epoch: formatNumber(epoch, 2) };
  return translate("Mini-batch {step} of {last}, epoch {epoch}", values);
}

const [TEST, TRAIN] = [translate("test digits"), translate("training digits")];
const ACCURACY = [
  { name: "test", text: TEST, of: ({ testAccuracy }) => testAccuracy },
  { name: "train", text: TRAIN, of: ({ trainAccuracy }) => trainAccuracy },
  { name: "own", text: translate("your digits"), of: ({ ownAccuracy }) => ownAccuracy },
];
const COST = [
  { name: "test", text: TEST, of: ({ testCost }) => testCost },
  { name: "train", text: TRAIN, of: ({ cost }) => cost },
];

const chartOf = (lines, formatY, most) => ({ lines, formatY, formatX: plain, most });

const ACROSS = 5; // pictures in a row
const SAMPLED = 7; // one of so many weights is enough to find how large they usually are, at every frame

class NeuronsView {
  /** The neuron that is shown large, from 0. @type {number?} */
  chosen = null;
  /** The neuron that is silenced on the pad, from 0. @type {number?} */
  silenced = null;
  #layer = null;
  #colours = null;

  /** @param {HTMLElement} root @param {() => void} onChoose a neuron was chosen, or silenced */
  constructor(root, onChoose) {
    Object.assign(this, { root, onChoose });
    this.list = root.querySelector("#neuron-pictures");
    this.large = root.querySelector("#large-neuron");
    this.silence = root.querySelector("#silence-chosen");
    this.silence.addEventListener("click", () => {
      this.silenced = this.silenced === null ? this.chosen : null;
      this.#change();
    });
    onPaletteChange(() => {
      this.#colours = null;
      if (this.#layer) this.show(this.#layer);
    });
  }

  /** @param {import("../network/article.js").Layer} layer the hidden one of the frame */
  show(layer) {
    this.#layer = layer;
    const hidden = layer.biases.length;
    if (this.list.children.length !== hidden) this.#makeList(hidden);
    this.#colours ??= shadesOf(paletteOf(this.root));
    const limit = usualLimit(layer.weights.filter((_, place) => place % SAMPLED === 0)) || 1;
    const shareAt = (pixel, neuron) => layer.weights[pixel * hidden + neuron] / limit;
    this.list.querySelectorAll("canvas").forEach((canvas, neuron) => drawShades(canvas, this.#colours, (pixel) => shareAt(pixel, neuron)));
    this.#showLarge(limit);
  }

  #makeList(hidden) {
    this.list.replaceChildren(...Array.from({ length: hidden }, (_, neuron) => this.#item(neuron)));
    this.list.dataset.size = hidden > 30 ? "many" : "few";
    this.list.style.setProperty("--across", Math.min(hidden, ACROSS));
    if (this.chosen >= hidden) this.chosen = this.silenced = null;
  }

  #item(neuron) {
    const canvas = element("canvas", { width: SIDE, height: SIDE });
    const ariaLabel = translate("Hidden neuron {number}", { number: neuron + 1 });
    const button = element("button", { type: "button", className: "tile", ariaLabel }, canvas);
    button.append(element("span", { ariaHidden: "true" }, String(neuron + 1)));
    button.addEventListener("click", () => {
      this.chosen = this.chosen === neuron ? null : neuron;
      this.silenced = null;
      this.#change();
    });
    return element("li", {}, button);
  }

  #change() {
    this.show(this.#layer);
    this.onChoose();
  }

  #showLarge(limit) {
    this.list.querySelectorAll("button").forEach((button, neuron) => (button.ariaPressed = String(neuron === this.chosen)));
    this.large.hidden = this.chosen === null;
    if (this.chosen === null) return;
    this.silence.ariaPressed = String(this.silenced !== null);
    const canvas = this.large.querySelector("canvas");
    drawSigned(canvas, incomingWeights(this.#layer, this.chosen), limit, paletteOf(this.root));
    canvas.ariaLabel = translate("The weights of hidden neuron {number}", { number: this.chosen + 1 });
    this.large.querySelector("[data-part=caption]").textContent = canvas.ariaLabel;
  }
}
