/** Plays frames in their order: play, pause, slow motion, steps, and any frame at once. */

const FRAME_MS = 100;
const SLOW_FRAME_MS = 800;

export class Playback {
  position = 0;
  isSlow = false;
  #count = 1;
  #timer = null;

  /** @param {() => void} onChange is called after each change of the frame, or of whether it plays */
  constructor(onChange) {
    this.onChange = onChange;
  }

  get isPlaying() {
    return this.#timer !== null;
  }

  get isAtEnd() {
    return this.position === this.#count - 1;
  }

  /** Begins with the first of other frames. @param {number} count */
  load(count) {
    this.#stop();
    this.#count = count;
    this.position = 0;
    this.onChange();
  }

  /** Plays on; at the end from the beginning. */
  play() {
    if (this.isPlaying) return;
    if (this.isAtEnd) this.position = 0;
    this.#wait();
    this.onChange();
  }

  pause() {
    this.#stop();
    this.onChange();
  }

  /** Pauses at a frame. @param {number} position the nearest that exists is taken */
  seek(position) {
    this.#stop();
    this.position = Math.min(Math.max(position, 0), this.#count - 1);
    this.onChange();
  }

  /** @param {boolean} isSlow also while it plays */
  setSlow(isSlow) {
    this.isSlow = isSlow;
    if (this.isPlaying) {
      this.#stop();
      this.#wait();
    }
    this.onChange();
  }

  #wait() {
    this.#timer = setTimeout(() => this.#advance(), this.isSlow ? SLOW_FRAME_MS : FRAME_MS);
  }

  #advance() {
    this.#timer = null;
    this.position = Math.min(this.position + 1, this.#count - 1);
    if (!this.isAtEnd) this.#wait();
    this.onChange();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
