/**
 * Plays a run: through the frames that are kept, and at their end on with the next that the worker learns. Frames are asked
 * for one at a time while the page is drawn, so nothing is learnt in a hidden tab.
 */

const PACES_MS = [1600, 800, 400, 200, 100, 50, 0]; // from frame to frame; 0: as fast as it learns
const USUAL_PACE = 4;

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
   * @param {{advance: (id: number) => Promise<import("./training.js").Frame>}} trainer
   * @param {{onFrame: () => void, onEnd: () => void}} listener another frame is to be shown; it has paused, or is at the end
   * @param {() => boolean} isStill whether the user wants no motion: then the frames on the way are not shown
   */
  constructor(trainer, listener, isStill) {
    Object.assign(this, { trainer, listener, isStill });
  }

  /** @param {import("./run.js").Run} run @param {number} [position] of the frame that is shown first */
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
      await this.#next();
      if (loop !== this.#loop) return;
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
