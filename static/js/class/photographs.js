/**
 * Photographs on their way: sent one after another, turned upright, made small. One that cannot be read stays in the list, with
 * the reason; what looks like a sheet that is there is asked about.
 */

import { Sender } from "../server/sender.js";
import { words } from "../server/sending_words.js";
import { sizeToSend } from "../server/shrink_picture.js";
import { partsOf } from "../ui/dom.js";
import { toBase64 } from "../ui/files.js";
import { readLevels } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";

const LONGEST_PX = 1400; // of the photograph that is shown: a projector shows no more of it
const QUALITY = 0.7; // of its JPEG

/**
 * @param {File} file that was sent
 * @param {import("../server/api_client.js").SheetAnswer} answer
 * @returns {Promise<import("./sheets.js").ReadSheet>} what becomes a sheet
 */
export async function readSheet(file, { layout, width, height, boxes }) {
  const turns = quarterTurns(boxes);
  const { turn, ...size } = turned({ width, height }, turns);
  const converted = boxes.map(async ({ pupil, label, is_empty, image, cut_out, corners, readings }) => {
    const hasDigit = !is_empty && image !== null;
    const pixels = hasDigit ? toBase64(Uint8Array.from(await readLevels(image))) : null;
    const cutOut = hasDigit ? cut_out : null;
    return { pupil, column: label, image: pixels, cutOut, corners: corners.map(turn), readings };
  });
  return { layout, ...size, photograph: await smaller(file, turns), boxes: await Promise.all(converted) };
}

/** @returns {Promise<string?>} it after so many turns; null where the browser cannot open it, which the server can */
async function smaller(file, turns) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const before = sizeToSend(bitmap, LONGEST_PX);
  const { width, height, turn } = turned(before, turns);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.translate(...turn([0, 0]));
  context.rotate(turns * QUARTER);
  context.drawImage(bitmap, 0, 0, before.width, before.height);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", QUALITY);
}

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
 * @typedef {{file: File, item: HTMLLIElement, sent: number?, problem: import("../server/api_client.js").Problem?}} Upload sent is the
 *   part that has been sent, 0..1, null of one that waits; one that has a passing problem is sent again by itself
 */

/** The list of photographs that are sent, that could not be read, or that are asked about. */
export class Uploads {
  /** @type {Set<Upload>} */
  #uploads = new Set();

  /**
   * @param {HTMLTemplateElement} template of an item
   * @param {(file: File, signal: AbortSignal, onProgress: (part: number) => void) => Promise<object>} request
   */
  constructor(list, template, request, onAnswer) {
    Object.assign(this, { list, template });
    const send = (upload, signal, onProgress) => {
      this.#show(upload, { sent: 0 });
      return request(upload.file, signal, onProgress);
    };
    this.sender = new Sender(send, {
      onProgress: (upload, sent) => this.#show(upload, { sent, problem: null }),
      onAnswer: (upload, answer) => {
        this.#drop(upload);
        onAnswer(answer);
      },
      onProblem: (upload, problem) => this.#show(upload, { sent: null, problem }),
    }, 1);
  }

  get isEmpty() {
    return this.#uploads.size === 0;
  }

  /** Whether a photograph is sent, or waits to be. */
  get isBusy() {
    return [...this.#uploads].some((upload) => !hasFailed(upload));
  }

  add(files) {
    const added = files.map((file) => this.#made(file));
    added[0]?.item.scrollIntoView({ block: "nearest" }); // it may be chosen, dropped or pasted far below
    this.sender.add(added);
    this.sender.resume(); // also what waits because the server could not be reached
  }

  /**
   * Asks what to do with a sheet that looks like one that is there.
   * @param {{photograph: string}} sheet @param {number} number of the other
   * @param {{replace: () => void, add: () => void}} answers
   */
  ask({ photograph }, number, { replace, add }) {
    const item = this.#appended(photograph, translate("Sheet {number}", { number }));
    const part = partsOf(item);
    part("status").textContent = translate("This looks like sheet {number} again.", { number });
    part("replace").textContent = translate("Replace sheet {number} and its corrections", { number });
    for (const [name, answer] of Object.entries({ replace, add, "leave-out": () => {} })) {
      part(name).hidden = false;
      part(name).addEventListener("click", () => {
        this.#remove(item);
        answer();
      });
    }
    item.scrollIntoView({ block: "nearest" });
  }

  /** Drops the photographs and the questions. */
  clear() {
    this.sender.clear();
    this.#uploads.clear();
    this.list.replaceChildren();
    this.list.hidden = true;
  }

  #made(file) {
    const url = URL.createObjectURL(file);
    const item = this.#appended(url, file.name);
    const upload = { file, item, sent: null, problem: null };
    const part = partsOf(item);
    for (const event of ["load", "error"]) part("picture").addEventListener(event, () => URL.revokeObjectURL(url));
    part("picture").addEventListener("error", () => (part("picture").hidden = true));
    part("retry").addEventListener("click", () => {
      this.#show(upload, { problem: null });
      this.sender.addFirst(upload);
    });
    part("remove").hidden = false;
    part("remove").addEventListener("click", () => {
      this.#drop(upload);
      this.sender.remove(upload);
    });
    this.#uploads.add(upload);
    this.#show(upload, {});
    return upload;
  }

  #show(upload, changes) {
    const { item, sent, problem } = Object.assign(upload, changes);
    const part = partsOf(item);
    item.classList.toggle("has-failed", hasFailed(upload));
    part("status").textContent = problem?.text ?? (sent === null ? translate("Waits for its turn") : words.sending(sent));
    part("progress").hidden = sent === null;
    part("progress").value = sent ?? 0;
    part("retry").hidden = !hasFailed(upload);
    if (changes.problem && hasFailed(upload)) item.scrollIntoView({ block: "nearest" });
  }

  #drop(upload) {
    this.#uploads.delete(upload);
    this.#remove(upload.item);
  }

  #appended(src, name) {
    const item = this.template.content.cloneNode(true).firstElementChild;
    const part = partsOf(item);
    part("picture").src = src;
    part("name").textContent = name;
    this.list.append(item);
    this.list.hidden = false;
    return item;
  }

  #remove(item) {
    item.remove();
    this.list.hidden = this.list.childElementCount === 0;
  }
}

const hasFailed = ({ problem }) => problem !== null && !problem.isPassing;
