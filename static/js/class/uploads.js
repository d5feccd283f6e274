/** Photographs on their way: sent one after another; one that cannot be read stays, with the reason, beside the others. */

import { Reader } from "../reader.js";

/**
 * @typedef {{file: File, sent: number?, problem: import("../api.js").Problem?, hasFailed: boolean}} Photograph sent is the
 *   part that has been sent, 0..1, null of one that waits; one that has a problem and has not failed is sent again by itself
 */

/** Emits "change" after a photograph has come or gone, or its state has changed. */
export class Uploads extends EventTarget {
  /** @type {Photograph[]} */
  photographs = [];
  /** The one that is sent. @type {Photograph?} */
  #current = null;
  #reader;

  /**
   * @template Answer
   * @param {(file: File, signal: AbortSignal, onProgress: (part: number) => void) => Promise<Answer>} request
   * @param {(answer: Answer) => void} onAnswer
   */
  constructor(request, onAnswer) {
    super();
    const requestNext = (signal, onProgress) => {
      this.#current = this.#next;
      this.#update(this.#current, { sent: 0 });
      return request(this.#current.file, signal, onProgress);
    };
    this.#reader = new Reader(requestNext, {
      onStart: () => {},
      onProgress: (part) => this.#update(this.#current, { sent: part, problem: null }),
      onAnswer: (answer) => {
        this.#leave(this.#current);
        onAnswer(answer);
        this.#readOn();
      },
      onProblem: (problem) => this.#takeProblem(problem),
      onEnd: () => {},
    });
  }

  /** The first that can be sent. */
  get #next() {
    return this.photographs.find(({ hasFailed }) => !hasFailed);
  }

  get isBusy() {
    return this.#next !== undefined;
  }

  /** @param {File[]} files */
  add(files) {
    this.photographs.push(...files.map((file) => ({ file, sent: null, problem: null, hasFailed: false })));
    this.#readOn();
    this.#change();
  }

  /** @param {Photograph} photograph that has failed */
  retry(photograph) {
    this.#update(photograph, { problem: null, hasFailed: false });
    this.#readOn();
  }

  /** @param {Photograph} photograph that is not to be read */
  remove(photograph) {
    const isLast = this.photographs.every((each) => each === photograph || each.hasFailed);
    if (isLast || photograph === this.#current) this.#reader.cancel();
    this.#leave(photograph);
    this.#readOn();
  }

  /** Sends at once what waits because the server could not be reached. */
  resume() {
    this.#readOn();
  }

  removeAll() {
    this.#reader.cancel();
    this.photographs = [];
    this.#current = null;
    this.#change();
  }

  #leave(photograph) {
    this.photographs = this.photographs.filter((each) => each !== photograph);
    if (this.#current === photograph) this.#current = null;
    this.#change();
  }

  #takeProblem(problem) {
    const photograph = this.#current ?? this.#next;
    this.#current = null;
    this.#update(photograph, { sent: null, problem, hasFailed: !problem.isPassing });
    if (!problem.isPassing) this.#readOn();
  }

  /** Sends the next, after the one that is being sent. */
  #readOn() {
    if (this.isBusy && this.#current === null) this.#reader.readNext();
  }

  #update(photograph, changes) {
    if (!photograph) return; // it has been removed meanwhile
    Object.assign(photograph, changes);
    this.#change();
  }

  #change() {
    this.dispatchEvent(new Event("change"));
  }
}
