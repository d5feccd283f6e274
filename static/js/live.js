/**
 * Reads a stroke while it is drawn, by the page's own copy of the network that is chosen; the server reads what is drawn when
 * the stroke ends. The networks and the worker that computes them are loaded when the page has been loaded and is idle.
 */

import { fetchBytes } from "./ui/files.js";
import { levelsUrl } from "./ui/pixels.js";
import { callsOf } from "./ui/worker_calls.js";

const MEASURED = 10; // of the last answers
const MAX_MEDIAN_MS = 50; // of the time that they took: the server is asked where the device is slower

/** @typedef {{model: string, digit: number, activations: number[], image: string}} LiveDigit its image is of 28 × 28 pixels */

export class Live {
  /** The functions of the worker, once it is needed. */
  #worker = null;
  /** The names of the networks that it has. @type {Set<string>} */
  #loaded = new Set();
  /** What is read next, and by which network. @type {[string, import("./pad/drawing.js").Drawing]?} */
  #next = null;
  #isReading = false;
  #times_ms = [];
  #isSlow = false;

  /**
   * @param {{worker: string, networks: Record<string, string>}} addresses of the worker, and of networks by name
   * @param {(digit?: LiveDigit?) => void} onDigit gets null for ink that may be several digits, and undefined when a network has come or failed
   */
  constructor(addresses, onDigit) {
    Object.assign(this, { addresses, onDigit });
  }

  /** Loads a network when the page is idle. Without it, has() stays false. @param {string} name */
  load(name) {
    const address = this.addresses.networks[name];
    if (!address || this.#loaded.has(name) || navigator.connection?.saveData) return;
    const begin = () => this.#load(name, address).catch(() => {}); // the server reads in its place
    if (globalThis.requestIdleCallback) requestIdleCallback(begin);
    else setTimeout(begin);
  }

  async #load(name, address) {
    const weights = await fetchBytes(address);
    this.#worker ??= callsOf(new Worker(this.addresses.worker, { type: "module" }));
    await this.#worker.load(name, weights);
    this.#loaded.add(name);
    this.onDigit();
  }

  /** Whether a network is loaded, and computed as quickly as a stroke is drawn. @param {string} name */
  has(name) {
    return this.#loaded.has(name) && !this.#isSlow;
  }

  /** Reads a drawing, or the newest one as soon as the one before is read. @param {import("./pad/drawing.js").Drawing} drawing */
  read(name, drawing) {
    this.#next = [name, drawing];
    if (!this.#isReading) this.#readNext();
  }

  async #readNext() {
    const start_ms = performance.now();
    const [model, drawing] = this.#next;
    const call = this.#worker.read(model, drawing);
    this.#next = null;
    this.#isReading = true;
    const digit = await call.catch(() => this.#loaded.clear()); // the worker has failed
    this.#isReading = false;
    this.#measure(performance.now() - start_ms);
    this.onDigit(digit && { ...digit, model, image: levelsUrl(digit.levels) });
    if (this.#next && this.has(this.#next[0])) this.#readNext();
  }

  #measure(time_ms) {
    this.#times_ms = [...this.#times_ms, time_ms].slice(-MEASURED);
    if (this.#times_ms.length === MEASURED) this.#isSlow = this.#times_ms.toSorted((a, b) => a - b)[MEASURED / 2] > MAX_MEDIAN_MS;
  }
}
