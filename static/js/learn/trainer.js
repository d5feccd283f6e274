/** Calls the worker that trains: each call returns a promise of its result. */

export class Trainer {
  #calls = new Map();
  #last = 0;

  /** @param {Worker} worker that runs worker.js */
  constructor(worker) {
    this.worker = worker;
    worker.addEventListener("message", ({ data: { ticket, value, error } }) => {
      const { resolve, reject } = this.#calls.get(ticket);
      this.#calls.delete(ticket);
      if (error) reject(new Error(error));
      else resolve(value);
    });
    worker.addEventListener("error", () => {
      for (const { reject } of this.#calls.values()) reject(new Error("worker"));
      this.#calls.clear();
    });
  }

  /** @param {ArrayBuffer} lessonSet is the worker's from then on @returns {Promise<{pixels: Float32Array, label: number}>} a test digit */
  load = (lessonSet) => this.#call("load", [lessonSet], [lessonSet]);

  /** @returns {Promise<{frame: import("./training.js").Frame, firstExample: object}>} */
  begin = (id, knobs) => this.#call("begin", [id, knobs]);

  /** @returns {Promise<import("./training.js").Frame>} */
  advance = (id) => this.#call("advance", [id]);

  /** @returns {Promise<import("./training.js").Frame>} */
  change = (id, knobs) => this.#call("change", [id, knobs]);

  /** @param {number} id of the new training @param {number} from which other it begins @returns {Promise<import("./training.js").Frame>} */
  disturb = (id, from, disturbance) => this.#call("disturb", [id, from, disturbance]);

  /** @returns {Promise<{worst: object[], confusion: number[][]}>} */
  results = (hidden, parameters) => this.#call("results", [hidden, parameters]);

  /** @param {Float32Array[]} networks their parameters @returns {Promise<{pixels: Float32Array, label: number, read: number[]}[]>} */
  heldBack = (id, networks) => this.#call("heldBack", [id, networks]);

  /** Forgets all trainings but these. @param {number[]} ids */
  keepOnly = (ids) => this.#call("forget", [ids]);

  #call(name, values, transferred = []) {
    const ticket = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#calls.set(ticket, { resolve, reject });
      this.worker.postMessage({ ticket, name, values }, transferred);
    });
  }
}
