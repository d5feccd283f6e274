/** Photographs on their way: sent one after another, turned upright, made small; one that cannot be read stays, with the reason. */

import { Reader } from "../server/request_queue.js";
import { sizeToSend } from "../server/shrink.js";
import { toBase64 } from "../ui/files.js";
import { readPixels } from "../ui/pixels.js";

/**
 * @typedef {{file: File, sent: number?, problem: import("../server/api.js").Problem?, hasFailed: boolean}} Photograph sent is the
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
      onProgress: (part) => this.#update(this.#current, { sent: part, problem: null }),
      onAnswer: (answer) => {
        this.#leave(this.#current);
        onAnswer(answer);
        this.#readOn();
      },
      onProblem: (problem) => this.#takeProblem(problem),
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

const LONGEST_PX = 1400; // of the photograph that is shown: a projector shows no more of it
const QUALITY = 0.7; // of its JPEG

/**
 * @param {File} file that was sent
 * @param {import("../server/api.js").SheetAnswer} answer
 * @returns {Promise<import("./sheets.js").ReadSheet>} what becomes a sheet
 */
export async function readSheet(file, { layout, width, height, boxes }) {
  const turns = quarterTurns(boxes);
  const { turn, ...size } = turned({ width, height }, turns);
  const converted = boxes.map(async ({ pupil, label, is_empty, image, cut_out, corners, readings }) => {
    const hasDigit = !is_empty && image !== null;
    const pixels = hasDigit ? toBase64(levels(await readPixels(image))) : null;
    const cutOut = hasDigit ? cut_out : null;
    return { pupil, column: label, image: pixels, cutOut, corners: corners.map(turn), readings };
  });
  return { layout, ...size, photograph: await smaller(file, turns), boxes: await Promise.all(converted) };
}

/** @returns {Promise<string?>} null where the browser cannot open the picture, which the server can */
async function smaller(file, turns) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const canvas = drawTurned(bitmap, sizeToSend(bitmap, LONGEST_PX), turns);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", QUALITY);
}

/** @param {Float32Array} pixels 0..1 @returns {Uint8Array} */
const levels = (pixels) => Uint8Array.from(pixels, (pixel) => Math.round(255 * pixel));

/** Photographs that were taken sideways or upside down, turned upright. */

const QUARTER = Math.PI / 2;

/**
 * @param {{corners: [number, number][]}[]} boxes their corners clockwise from the top left one of the sheet
 * @returns {number} quarter turns, clockwise, after which the sheet stands upright: 0 to 3
 */
export function quarterTurns(boxes) {
  const along = (axis) => boxes.reduce((sum, { corners: [left, right] }) => sum + right[axis] - left[axis], 0);
  const turns = -Math.round(Math.atan2(along(1), along(0)) / QUARTER);
  return (turns + 4) % 4;
}

/**
 * @param {{width: number, height: number}} size of the photograph
 * @returns {{width: number, height: number, turn: (point: [number, number]) => [number, number]}} its size after so many
 *   turns, and where its points are then
 */
export function turned({ width, height }, turns) {
  const size = turns % 2 === 0 ? { width, height } : { width: height, height: width };
  const moves = [
    ([x, y]) => [x, y],
    ([x, y]) => [height - y, x],
    ([x, y]) => [width - x, height - y],
    ([x, y]) => [y, width - x],
  ];
  return { ...size, turn: moves[turns] };
}

/**
 * @param {CanvasImageSource} picture
 * @param {{width: number, height: number}} size to draw it at, before it is turned
 * @returns {HTMLCanvasElement} it after so many turns, on white
 */
function drawTurned(picture, { width, height }, turns) {
  const size = turned({ width, height }, turns);
  const canvas = Object.assign(document.createElement("canvas"), { width: size.width, height: size.height });
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.translate(...size.turn([0, 0]));
  context.rotate(turns * QUARTER);
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}
