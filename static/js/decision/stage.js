/** The stage: the digit's way through the network as a film that can be paused, stepped, touched and linked to. */

import { partsOfInk, searchReason, sentenceOf } from "../inside/decisive_part.js";
import { activationIn, layerTitle, nameIn, toText } from "../inside/neuron_names.js";
import { layersOf, mostActive, placeOf, twoLargest } from "../inside/sums.js";
import { loadingText, NO_NETWORK } from "../network/loading_words.js";
import { feedforward, loadTrained } from "../network/trained_network.js";
import { storeInAddress } from "../state.js";
import { element, isShortcut, nextTask, partsOf, stillness } from "../ui/dom.js";
import { outline, readPixels, SIDE } from "../ui/pixels.js";
import { Playback } from "../ui/player.js";
import { translate } from "../ui/translate.js";
import { AGAINST, cellsOf, LIGHT, Painting } from "./painting.js";
import { Scene } from "./scene.js";
import { StrongestLines } from "./strongest_lines.js";

const FLIGHT_MS = 600;
const WAY_MS = 1900; // through all layers, until the winning output is filled
const NAMED = 4; // neurons of a layer in the list
const MAX_COMPUTED_MS = 2000; // of about ten readings, for a sentence beside the pad

export class Stage {
  /** The digit and all that is computed of it; null while it is loaded. @type {object?} */
  #film = null;
  /** As of `Painting.draw`. */
  #moment = -1;
  isPlaying = false;
  #frame_ms = 0;
  #touched = null;
  #isPinned = false;
  #order = 0; // of what is shown: an older one goes on no longer
  /** The colours of the ink that the sentence is about. */
  #tintOf = () => null;

  /**
   * @param {HTMLDialogElement} dialog @param {Record<string, string>} addresses of the networks
   * @param {(neuron?: string) => void} showSums opens the inside, at a neuron by its name in the address
   */
  constructor(dialog, addresses, showSums) {
    Object.assign(this, { dialog, addresses });
    this.part = partsOf(dialog);
    this.canvas = this.part("canvas");
    this.painting = new Painting(this.canvas);
    this.playback = new Playback(this.part, this);
    this.part("retry").addEventListener("click", () => this.#load());
    this.part("close").addEventListener("click", () => dialog.close());
    this.part("sums").addEventListener("click", () => {
      const { layers, traced } = this.#film ?? {};
      if (!layers) return showSums();
      const layer = Math.max(this.position, 1);
      const { layer: number, node } = this.#touched ?? { layer, node: [...traced.scores[layer].keys()][0] };
      showSums(toText(layers, mostActive(layers, number, node)));
    });
    dialog.addEventListener("keydown", (event) => this.#press(event));
    dialog.addEventListener("close", () => this.#order++);
    for (const event of ["pointermove", "pointerdown"]) this.canvas.addEventListener(event, (moved) => this.#point(moved));
    this.part("layers").addEventListener("focusin", ({ target }) => this.#touch({ layer: Number(target.dataset.layer), node: Number(target.value) }));
    this.part("layers").addEventListener("focusout", ({ relatedTarget }) => relatedTarget?.matches("button,input") && this.#touch(null));
    new ResizeObserver(() => {
      if (!this.#film) return;
      for (const _ of this.#prepare(this.#film)); // at once
      this.#draw();
    }).observe(this.part("area"));
  }

  /**
   * @param {{image: string, model: string, activations: number[], doubt: string?}} shown the digit of an answer
   * @param {{start: object, step: number}} how where the digit is on the page; the step that is shown, from 1, or 0 to play
   */
  open(shown, { start, step }) {
    Object.assign(this, { shown, start, firstStep: step });
    this.part("play").focus();
    this.#load();
  }

  async #load() {
    const order = ++this.#order;
    const isOld = () => order !== this.#order;
    const sentence = this.part("sentence");
    this.#film = null;
    this.dialog.toggleAttribute("data-loading", true);
    [sentence.textContent, this.part("retry").hidden] = [translate("Loading …"), true];
    this.part("layers").replaceChildren();
    try {
      const onProgress = (part) => isOld() || (sentence.textContent = loadingText(part));
      const [network, pixels] = await Promise.all([loadTrained(this.addresses[this.shown.model], onProgress), readPixels(this.shown.image)]);
      if (isOld()) return;
      await nextTask();
      const layers = layersOf(network, pixels);
      await nextTask();
      const [leader] = twoLargest(layers.at(-1).sums);
      const traced = new StrongestLines(layers);
      for (const _ of traced.trace(leader)) await nextTask();
      const isDigit = this.shown.doubt !== "not_a_digit";
      const cells = [[]]; // of the hidden layers
      for (let number = 1; number < layers.length - 1; number++) {
        cells.push(cellsOf(layers[number], number));
        await nextTask();
      }
      const film = { network, pixels, layers, cells: [...cells, []], traced, leader, winner: isDigit ? leader : null, order };
      for (const _ of this.#prepare(film)) await nextTask();
      if (isOld()) return;
      this.#film = film;
    } catch {
      if (!isOld()) [sentence.textContent, this.part("retry").hidden] = [NO_NETWORK, false];
      return;
    }
    sentence.textContent = "";
    this.dialog.toggleAttribute("data-loading", false);
    this.#tintOf = () => null;
    [this.#touched, this.#isPinned, this.#moment] = [null, false, -1];
    this.part("layers").replaceChildren(...this.#film.layers.slice(1).map((_, index) => this.#listItem(index + 1)));
    if (this.firstStep) this.seek(this.firstStep - 1);
    else this.play();
  }

  /**
   * Finds the sentence for the digit of an answer, in steps between which the page does other work.
   * @param {() => boolean} isOver whether nobody waits for it any more
   * @returns {Promise<string>} empty where no part decides, and where the device is slow; rejected without the network
   */
  async sentenceFor(shown, isOver) {
    const [network, pixels] = await Promise.all([loadTrained(this.addresses[shown.model]), readPixels(shown.image)]);
    let computed_ms = 0;
    const read = (part) => {
      const start_ms = performance.now();
      const outputs = feedforward(network, part);
      computed_ms += performance.now() - start_ms;
      return outputs;
    };
    const reason = await searchReason(read, pixels, shown, () => computed_ms > MAX_COMPUTED_MS || isOver());
    return reason && reason.kind !== "none" ? sentenceOf(reason, shown.digit) : "";
  }

  /** The number of the last step, from 0. */
  get #last() {
    return (this.#film?.layers.length ?? 1) - 1; // none while it is loaded
  }

  /** The step that is shown: 0 for the picture, then the layers. At the last one the outputs are filled. */
  get position() {
    return Math.min(Math.max(Math.floor(this.#moment), 0), this.#last);
  }

  get #end() {
    return this.#last + 1;
  }

  /** Places everything on the stage, as large as it is now. @returns {Iterable<void>} to be gone through */
  #prepare(film) {
    const [outer, inner] = [this.dialog, this.part("area")].map((each) => each.getBoundingClientRect());
    const area = { left: inner.left - outer.left, top: inner.top - outer.top, width: inner.width, height: inner.height };
    film.scene = new Scene(film.layers, area, film.winner);
    const ink = this.start.isOfInk ? outline(film.pixels) : { left: 0, top: 0, width: SIDE, height: SIDE };
    const start = (column, row) => [
      this.start.left + ((column - ink.left) / ink.width) * this.start.width,
      this.start.top + ((row - ink.top) / ink.height) * this.start.height,
    ];
    return this.painting.prepare({ ...film, start });
  }

  play() {
    if (!this.#film) return;
    if (this.#moment >= this.#end) this.#moment = -1;
    if (stillness.matches) return this.seek(this.#last);
    this.isPlaying = true;
    this.#frame_ms = performance.now();
    storeInAddress({ decision: 0 });
    this.#showControls();
    const { order } = this.#film;
    const tick = (now_ms) => {
      if (order !== this.#order || !this.isPlaying) return;
      const passed_ms = Math.max(now_ms - this.#frame_ms, 0);
      this.#frame_ms = now_ms;
      this.#moment += passed_ms / (this.#moment < 0 ? FLIGHT_MS : WAY_MS / this.#end);
      if (this.#moment >= this.#end) return this.seek(this.#last);
      this.#draw();
      this.#showControls();
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    this.seek(this.position);
  }

  step() {
    this.seek(this.position + 1);
  }

  /** Shows a step, and stays there. */
  seek(step) {
    if (!this.#film) return;
    const wanted = Math.min(Math.max(step, 0), this.#last);
    this.isPlaying = false;
    this.#moment = wanted === this.#last ? this.#end : wanted;
    storeInAddress({ decision: wanted === this.#last ? 0 : wanted + 1 });
    this.#draw();
    this.#showControls();
    this.#explain();
  }

  #draw() {
    const isAtEnd = this.#moment >= this.#end;
    this.painting.draw(this.#moment, { touched: this.#touched, tintOf: isAtEnd ? this.#tintOf : undefined });
  }

  #showControls() {
    const { layers } = this.#film;
    const step = this.position;
    const name = step === 0 ? translate("Picture") : layerTitle(layers, step);
    this.playback.show(this.#last, name);
    if (!this.#touched) this.part("caption").textContent = name;
    this.part("back").ariaDisabled = String(step === 0);
    this.part("step").ariaDisabled = String(step === this.#last);
  }

  /** Writes the sentence, once the film is at rest: the computation takes time from no frame. */
  async #explain() {
    const film = this.#film;
    if (film.isExplained) return;
    film.isExplained = true;
    const read = (pixels) => feedforward(film.network, pixels);
    const reason = await searchReason(read, film.pixels, { ...this.shown, digit: film.leader }, () => film.order !== this.#order);
    if (!reason) return;
    this.part("sentence").textContent = sentenceOf(reason, film.leader);
    if (!reason.part) return;
    const isIn = partsOfInk(film.pixels);
    const { part, rival } = reason;
    this.#tintOf = (place) => (isIn(place, part) ? `rgb(${LIGHT})` : rival && isIn(place, rival) ? `rgb(${AGAINST})` : null);
    this.#draw();
  }

  /** A neuron that was clicked keeps its lines until another place is. */
  #point({ type, offsetX, offsetY }) {
    if (!this.#film || (this.#isPinned && type === "pointermove")) return;
    const node = this.#film.scene.nodeAt([offsetX, offsetY], this.#film.layers);
    this.#isPinned = type === "pointerdown" && node !== null;
    this.#touch(node);
  }

  /** @param {{layer: number, node: number}?} node whose lines are drawn alone */
  #touch(node) {
    const isSame = node?.layer === this.#touched?.layer && node?.node === this.#touched?.node;
    if (!this.#film || isSame) return;
    this.#touched = node;
    if (node) this.part("caption").textContent = this.#nameOf(node);
    else this.#showControls();
    if (!this.isPlaying) this.#draw();
  }

  #nameOf({ layer: number, node }) {
    const { layers } = this.#film;
    const neuron = mostActive(layers, number, node);
    const activation = activationIn(layers[number], layers[number].outputs[placeOf(layers[number], neuron)]);
    return translate("{name}: activation {activation}", { name: nameIn(layers, neuron), activation });
  }

  #listItem(layer) {
    const { layers, traced } = this.#film;
    const isLast = layer === this.#last;
    const nodes = isLast ? layers[layer].outputs.map((_, digit) => digit) : [...traced.scores[layer].keys()].slice(0, NAMED);
    const button = (node) => {
      const made = element("button", { type: "button", value: node }, this.#nameOf({ layer, node }));
      made.dataset.layer = layer;
      return made;
    };
    return element("li", {}, layerTitle(layers, layer), ...nodes.map(button));
  }

  #press(event) {
    if (isShortcut(event)) return;
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isOfControl = event.target.matches("button,input");
    if (event.key === " " && !isOfControl) this.playback.play.click();
    else if (move && event.target !== this.playback.slider) this.seek(this.position + move);
    else return;
    event.preventDefault();
  }
}
