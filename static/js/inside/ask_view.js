/** Another network's answer to the edited picture, from the server. */

import { requestDigit } from "../api.js";
import { Reader } from "../reader.js";
import { words as sendingWords } from "../sending_words.js";
import { words as pageWords } from "../words.js";
import { SIDE } from "./geometry.js";
import { drawPixels, readPixels } from "./pictures.js";
import { words } from "./words.js";

const SAME = 4 / 255; // more than levels differ by because they are rounded on their way

export class AskView {
  /** Those that the answer is to. @type {Float32Array?} */
  #pixels = null;

  /** @param {HTMLElement} root @param {() => Float32Array} picture returns the pixels to ask about */
  constructor(root, picture) {
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.answer = part("asked");
    this.percent = part("asked-percent");
    this.figure = part("asked-figure");
    const { model } = part("ask").dataset;
    const request = async (signal, onProgress) =>
      requestDigit(await toPng(this.#pixels), { model, signal, onProgress });
    this.reader = new Reader(request, {
      onStart: () => (this.percent.textContent = sendingWords.reading),
      onProgress: () => {},
      onEnd: () => {},
      onAnswer: (answer) => this.#show(answer),
      onProblem: ({ title, message }) => this.#write(`${title.replace(/\.$/, "")}. ${message}`, ""),
    });
    part("ask").addEventListener("click", () => {
      this.#clear();
      this.#pixels = picture();
      this.reader.readNow();
    });
  }

  /** Drops an answer that is to other pixels. @param {Float32Array} pixels */
  keepFor(pixels) {
    if (this.#pixels && this.#pixels !== pixels) this.#clear();
  }

  #clear() {
    this.#pixels = null;
    this.reader.cancel();
    this.#write("", "");
    this.figure.hidden = true;
  }

  #write(answer, percent) {
    this.answer.textContent = answer;
    this.percent.textContent = percent;
  }

  /** Shows the answer beside the picture that the network got, which may have been fitted again. */
  async #show({ model, message, activations, image }) {
    const asked = this.#pixels;
    const read = await readPixels(image);
    if (this.#pixels !== asked) return;
    const isSame = read.every((value, place) => Math.abs(value - asked[place]) < SAME);
    this.#write(words.whatIf.asked(model, message), pageWords.inPercent(activations));
    this.figure.hidden = false;
    this.figure.querySelector("img").src = image;
    this.figure.querySelector("figcaption").textContent = isSame ? words.whatIf.readSame : words.whatIf.readFitted;
  }
}

/** @param {Float32Array} pixels 784, 0..1 @returns {Promise<Blob>} 28 × 28 pixels, ink bright on black */
function toPng(pixels) {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  drawPixels(canvas, pixels.map(contrastOf));
  return canvas.convertToBlob({ type: "image/png" });
}

/** The contrast that the server reads as this ink: up to 0.1 is paper, from 0.9 full ink (nn/reading/ink/threshold.py). */
const contrastOf = (ink) => (ink === 0 || ink === 1 ? ink : 0.1 + 0.8 * ink);
