/** Shows a run frame by frame: its figures, curves and weights, and the buttons that play it. */

import { Curves } from "./curves.js";
import { NeuronsView } from "./neurons_view.js";
import { Playback } from "./playback.js";
import { words } from "./words.js";

export class PlayerView {
  /** @type {import("./run.js").Run?} */
  #run = null;
  #wasPlaying = false;

  /**
   * @param {HTMLElement} root
   * @param {(sentence: string) => void} announce to screen readers
   * @param {() => void} onChoose a hidden neuron was chosen, or silenced
   */
  constructor(root, announce, onChoose) {
    this.announce = announce;
    this.part = (id) => root.querySelector(`#${id}`);
    this.playback = new Playback(() => this.#show());
    this.curves = new Curves(root);
    this.neurons = new NeuronsView(root, onChoose);
    this.slider = this.part("position");
    this.slider.addEventListener("input", () => this.playback.seek(Number(this.slider.value)));
    this.part("play").addEventListener("click", () => (this.playback.isPlaying ? this.playback.pause() : this.playback.play()));
    this.part("step").addEventListener("click", () => this.#step(1));
    this.part("step-back").addEventListener("click", () => this.#step(-1));
    this.part("slow").addEventListener("click", () => this.playback.setSlow(!this.playback.isSlow));
  }

  /**
   * @param {import("./run.js").Run} run
   * @param {import("./run.js").Run?} other to compare it with
   */
  show(run, other) {
    this.#run = run;
    this.slider.max = run.frames.length - 1;
    this.curves.draw(run, other);
    this.neurons.load(run);
    this.playback.load(run.frames.length);
  }

  /** @param {import("./run.js").Run?} other to compare the run with */
  compare(other) {
    this.curves.draw(this.#run, other);
    this.curves.mark(this.playback.position);
  }

  /** Plays at once, unless the user wants no motion: then the last frame is shown. */
  begin() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.playback.seek(Infinity);
    else this.playback.play();
  }

  #step(by) {
    this.playback.seek(this.playback.position + by);
    this.announce(words.placeAloud(this.#place, this.#frame));
  }

  get #frame() {
    return this.#run.frames[this.playback.position];
  }

  get #place() {
    return words.place(this.#frame, this.#run.lastFrame.step);
  }

  #show() {
    if (!this.#run) return;
    const { position, isPlaying, isSlow } = this.playback;
    for (const [name, text] of Object.entries(words.figures(this.#frame))) {
      const part = this.part("player-figures").querySelector(`[data-figure="${name}"]`);
      part.hidden = name === "own" && !this.#run.hasOwn;
      part.querySelector("dd").textContent = text;
    }
    this.slider.value = position;
    this.slider.ariaValueText = words.placeAloud(this.#place, this.#frame);
    this.part("place").textContent = this.#place;
    this.part("play").textContent = isPlaying ? words.pause : words.play;
    this.part("slow").ariaPressed = String(isSlow);
    this.curves.mark(position);
    this.neurons.show(position);
    this.#announceEnd(isPlaying);
  }

  #announceEnd(isPlaying) {
    const hasEnded = this.#wasPlaying && !isPlaying;
    this.#wasPlaying = isPlaying;
    if (!hasEnded) return;
    const place = words.placeAloud(this.#place, this.#frame);
    this.announce(this.playback.isAtEnd ? words.played(place) : words.paused(place));
  }
}
