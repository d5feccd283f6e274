/**
 * Plays a run: through the frames that are kept, and at their end on with the next that are learnt. Frames are asked for one at a
 * time while the page is drawn, so nothing is learnt in a hidden tab. A film has all of its frames from the start.
 */

import { stillness } from "./dom.js";
import { translate } from "./translate.js";

const PACES_MS = [1600, 800, 400, 200, 100, 50, 0]; // from frame to frame; 0: as fast as it learns
const USUAL_PACE = 4;
const STILL_MS = 50; // without motion it learns so long before the page is drawn again

export class Player {
  position = 0;
  isPlaying = false;
  pace = USUAL_PACE;
  #run = null;
  #isWaiting = false; // for the worker
  #learning = null; // the promise of its frame
  #shown_ms = 0;
  #loop = 0; // only the newest goes on, and a frame that comes for an older one is kept, not shown

  /**
   * @param {{advance: (id: number) => Promise<object>}?} trainer learns the next frame of a run; null where none is learnt
   * @param {{onFrame: () => void, onEnd: () => void}} listener another frame is to be shown; it has paused, or is at the end
   * @param {() => boolean} [isStill] whether the user wants no motion: then the frames on the way are not shown
   */
  constructor(trainer, listener, isStill = () => stillness.matches) {
    Object.assign(this, { trainer, listener, isStill });
  }

  /**
   * @param {{frames: object[], isOver: boolean}} run and what `trainer` needs of it @param {number} [position] of the frame that
   *   is shown first
   */
  load(run, position = 0) {
    this.#run = run;
    this.#loop++;
    this.isPlaying = false;
    this.position = Math.min(position, run.frames.length - 1);
    this.listener.onFrame();
  }

  get isAtNewest() {
    return this.position === this.#run.frames.length - 1;
  }

  get isAtEnd() {
    return this.isAtNewest && this.#run.isOver;
  }

  /** Plays on at once, unless the user wants no motion. */
  begin() {
    if (!this.isStill()) this.play();
  }

  /** Plays on; at the end from the beginning. */
  play() {
    if (this.isPlaying) return;
    if (this.isAtEnd) this.position = 0;
    this.isPlaying = true;
    this.#shown_ms = 0;
    this.listener.onFrame();
    const loop = ++this.#loop;
    requestAnimationFrame((now_ms) => this.#tick(now_ms, loop));
  }

  /** Pauses: at this frame, or at the one that is being learnt. */
  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    if (this.#isWaiting) return;
    this.listener.onFrame();
    this.listener.onEnd();
  }

  /** Shows a frame that is kept, and pauses. @param {number} position the nearest that exists is taken */
  seek(position) {
    const wasPlaying = this.isPlaying;
    this.#loop++;
    this.isPlaying = false;
    this.position = Math.min(Math.max(position, 0), this.#run.frames.length - 1);
    this.listener.onFrame();
    if (wasPlaying) this.listener.onEnd();
  }

  /** Pauses, and shows the next frame: one that is kept, or else one that is learnt now. */
  async step() {
    if (this.isPlaying) this.#loop++;
    this.isPlaying = false;
    while (this.#isWaiting) await this.#learning; // each of several quick clicks is a step
    await this.#next();
    this.listener.onFrame();
    this.listener.onEnd();
  }

  /** @param {1 | -1} by */
  changePace(by) {
    this.pace = Math.min(Math.max(this.pace + by, 0), PACES_MS.length - 1);
    this.listener.onFrame();
  }

  get isSlowest() {
    return this.pace === 0;
  }

  get isFastest() {
    return this.pace === PACES_MS.length - 1;
  }

  async #tick(now_ms, loop) {
    if (!this.isPlaying || loop !== this.#loop) return;
    if (!this.#isWaiting && (this.isStill() || now_ms - this.#shown_ms >= PACES_MS[this.pace])) {
      this.#shown_ms = now_ms;
      do {
        await this.#next();
        if (loop !== this.#loop) return;
      } while (this.isStill() && this.isPlaying && !this.isAtEnd && performance.now() - now_ms < STILL_MS);
      if (this.isAtEnd) this.isPlaying = false;
      if (!this.isStill() || !this.isPlaying) this.listener.onFrame();
      if (!this.isPlaying) return this.listener.onEnd();
    }
    requestAnimationFrame((next_ms) => this.#tick(next_ms, loop));
  }

  /** Moves to the next frame, which the worker learns where there is none yet. */
  async #next() {
    const [run, loop] = [this.#run, this.#loop];
    if (this.isAtEnd) return;
    if (this.isAtNewest) {
      this.#isWaiting = true;
      this.#learning = this.trainer.advance(run.id).finally(() => (this.#isWaiting = false));
      const frame = await this.#learning;
      run.add(frame);
      if (loop !== this.#loop) return; // something else is shown by now
    }
    this.position++;
  }
}

/** The buttons of a player, as in templates/play_buttons.html, and its slider where there is one. */
export class Playback {
  /**
   * @param {(name: string) => HTMLElement?} part finds the buttons and the slider @param {Player} player
   * @param {(name: "play" | "step") => boolean} [mayGoOn] whether a button does now what it is for
   */
  constructor(part, player, mayGoOn = () => true) {
    Object.assign(this, { player, play: part("play"), slider: part("place") });
    this.play.addEventListener("click", () => (player.isPlaying ? player.pause() : mayGoOn("play") && player.play()));
    part("step").addEventListener("click", () => mayGoOn("step") && player.step());
    part("back").addEventListener("click", () => player.seek(player.position - 1));
    this.slider?.addEventListener("input", () => player.seek(Number(this.slider.value)));
  }

  /** @param {number} last position @param {string} place the frame that is shown, in words */
  show(last, place) {
    this.play.textContent = this.player.isPlaying ? translate("Pause") : translate("Play");
    if (this.slider) Object.assign(this.slider, { max: last, value: this.player.position, ariaValueText: place });
  }
}
