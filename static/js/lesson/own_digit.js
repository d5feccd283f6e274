/** The visitor's own digit: the drawing that this tab keeps, to be changed on a small pad; an example while there is none. */

import { Digits } from "../draw/digit_choice.js";
import { keepDrawings, loadDrawings } from "../pad/drawing.js";
import { Pad } from "../pad/pad.js";
import * as api from "../server/api_client.js";
import { RequestQueue } from "../server/request_queue.js";
import { words } from "../server/sending_words.js";
import { toFile } from "../ui/files.js";
import { readPixels } from "../ui/pixels.js";

/**
 * @typedef {{pixels: Float32Array, image: string, digit: number, message: string?, file: Blob,
 *   isExample: boolean}} OwnDigit
 *   as the network reads it; the digit that was read; what is to be said about it, if it is not certain; the picture of it
 */

export class OwnDigitPad {
  #answer = null;
  /** Whether no digit was found in the drawing: then the example is shown, too. */
  #isUnreadable = false;

  /**
   * @param {{model: string, example: string}} options that reads the drawing; the address of the example
   * @param {{onDigit: (digit: OwnDigit) => void, onProblem: (problem: api.Problem?) => void}} listener
   */
  constructor(root, { model, example }, listener) {
    const part = (id) => root.querySelector(`#${id}`);
    Object.assign(this, { root, model, example, listener });
    this.pad = new Pad(part("pad"), part("pen-cursor"), loadDrawings());
    this.digits = new Digits(part("digits"), [], () => this.#show());
    this.reader = new RequestQueue((signal, onProgress) => this.#request(signal, onProgress), {
      onAnswer: (answer) => {
        this.#answer = answer;
        if (!this.#isUnreadable) this.listener.onProblem(null);
        this.#show();
      },
      onProblem: (problem) => this.#takeProblem(problem),
    });
    this.pad.addEventListener("change", () => this.#change());
    this.pad.addEventListener("draw", () => this.#markEmpty());
    part("undo").addEventListener("click", () => this.pad.undo());
    part("clear").addEventListener("click", () => this.pad.clear());
    // Drawn on with a pointer it does not take the focus, nor its keys: arrows, also a clicker's, then lead to the next step.
    part("pad").addEventListener("mousedown", (event) => {
      event.preventDefault();
      document.activeElement?.blur();
    });
    addEventListener("pagehide", () => this.pad.lift()); // so that the stroke in progress is kept
    this.#markEmpty();
    this.reader.readNow();
  }

  #markEmpty() {
    this.root.classList.toggle("is-empty", this.pad.isEmpty);
  }

  #change() {
    this.#isUnreadable = false;
    this.digits.resetSelection();
    keepDrawings(this.pad.drawings);
    this.#markEmpty();
    this.reader.readNow();
  }

  async #request(signal, onProgress) {
    const isExample = this.pad.isEmpty || this.#isUnreadable;
    const file = isExample ? await load(this.example, signal) : await this.pad.toPng();
    const options = { model: this.model, signal, onProgress };
    return { isExample, file, answer: await api.requestAnswer(file, options) };
  }

  #takeProblem(problem) {
    this.listener.onProblem(problem);
    if (problem.isFault || problem.isPassing || this.#isUnreadable) return;
    this.#isUnreadable = true;
    this.reader.readNext();
  }

  /** Hands on the chosen digit of what was read. */
  async #show() {
    const { answer, file, isExample } = this.#answer;
    const { image, digit } = answer.digits[this.digits.show(answer.digits)];
    const isOne = answer.digits.length === 1;
    const pixels = await readPixels(image);
    if (this.#answer.answer !== answer) return; // another has come meanwhile
    const message = answer.certain ? null : answer.message;
    this.listener.onDigit({ pixels, image, digit, message, file: isOne ? file : toFile(image), isExample });
  }
}

/** @returns {Promise<Blob>} @throws {api.Problem} when it cannot be loaded */
async function load(address, signal) {
  const response = await fetch(address, { signal }).catch(() => null);
  if (!response?.ok) throw new api.Problem(words.noExample, false, { isPassing: true });
  return response.blob();
}
