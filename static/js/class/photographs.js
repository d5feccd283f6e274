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

/**
 * @typedef {{file: File, sent: number?, problem: import("../server/api_client.js").Problem?, hasFailed: boolean}} Photograph sent is the
 *   part that has been sent, 0..1, null of one that waits; one that has a problem and has not failed is sent again by itself
 */

/** Emits "change" after a photograph has come or gone, or its state has changed. */
export class Uploads extends EventTarget {
  photographs = [];
  #sender;

  /** @param {(file: File, signal: AbortSignal, onProgress: (part: number) => void) => Promise<object>} request */
  constructor(request, onAnswer) {
    super();
    const send = (photograph, signal, onProgress) => {
      this.#note(photograph, { sent: 0 });
      return request(photograph.file, signal, onProgress);
    };
    this.#sender = new Sender(send, {
      onProgress: (photograph, part) => this.#note(photograph, { sent: part, problem: null }),
      onAnswer: (photograph, answer) => {
        this.#keep(this.photographs.filter((other) => other !== photograph));
        onAnswer(answer);
      },
      onProblem: (photograph, problem) => this.#note(photograph, { sent: null, problem, hasFailed: !problem.isPassing }),
    }, 1);
  }

  get isBusy() {
    return this.photographs.some(({ hasFailed }) => !hasFailed);
  }

  add(files) {
    const added = files.map((file) => ({ file, sent: null, problem: null, hasFailed: false }));
    this.#keep([...this.photographs, ...added]);
    this.#sender.add(added);
    this.resume();
  }

  /** @param {Photograph} photograph that has failed */
  retry(photograph) {
    this.#note(photograph, { problem: null, hasFailed: false });
    this.#sender.addFirst(photograph);
  }

  /** @param {Photograph} photograph that is not to be read */
  remove(photograph) {
    this.#keep(this.photographs.filter((other) => other !== photograph));
    this.#sender.remove(photograph);
  }

  /** Sends at once what waits because the server could not be reached. */
  resume() {
    this.#sender.resume();
  }

  removeAll() {
    this.#sender.clear();
    this.#keep([]);
  }

  #note(photograph, changes) {
    Object.assign(photograph, changes);
    this.#keep(this.photographs);
  }

  #keep(photographs) {
    this.photographs = photographs;
    this.dispatchEvent(new Event("change"));
  }
}

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

export class UploadsView {
  /** @type {WeakMap<Photograph, HTMLLIElement>} */
  #items = new WeakMap();
  /** Sheets that look like one that is there. @type {HTMLLIElement[]} */
  #questions = [];

  /** @param {HTMLTemplateElement} template of an item */
  constructor(list, template, uploads) {
    Object.assign(this, { list, template, uploads });
    uploads.addEventListener("change", () => this.#show());
  }

  /**
   * Asks what to do with a sheet that looks like one that is there.
   * @param {{photograph: string}} sheet @param {number} number of the other
   * @param {{replace: () => void, add: () => void}} answers
   */
  ask({ photograph }, number, { replace, add }) {
    const item = this.#made(photograph, translate("Sheet {number}", { number }));
    const part = partsOf(item);
    part("status").textContent = translate("This looks like sheet {number} again.", { number });
    part("replace").textContent = translate("Replace sheet {number} and its corrections", { number });
    for (const [name, answer] of Object.entries({ replace, add, "leave-out": () => {} })) {
      part(name).hidden = false;
      part(name).addEventListener("click", () => {
        this.#questions = this.#questions.filter((other) => other !== item);
        this.#show();
        answer();
      });
    }
    this.#questions.push(item);
    this.#show();
    item.scrollIntoView({ block: "nearest" });
  }

  /** Drops the questions. */
  clear() {
    this.#questions = [];
    this.#show();
  }

  #show() {
    const focused = document.activeElement;
    const isNews = ({ hasFailed }, item) => !item || item.classList.contains("has-failed") !== hasFailed;
    const news = this.uploads.photographs.find((photograph) => isNews(photograph, this.#items.get(photograph)));
    this.list.replaceChildren(...this.uploads.photographs.map((photograph) => this.#item(photograph)), ...this.#questions);
    this.list.hidden = this.list.children.length === 0;
    if (this.list.contains(focused)) focused.focus(); // it loses the focus when it is moved
    this.#items.get(news)?.scrollIntoView({ block: "nearest" }); // it may be chosen, dropped or pasted far below
  }

  #item(photograph) {
    if (!this.#items.has(photograph)) this.#items.set(photograph, this.#madeItem(photograph));
    const item = this.#items.get(photograph);
    const part = partsOf(item);
    const { sent, problem, hasFailed } = photograph;
    item.classList.toggle("has-failed", hasFailed);
    part("status").textContent = problem?.text ?? progressText(sent);
    part("progress").hidden = sent === null;
    part("progress").value = sent ?? 0;
    part("retry").hidden = !hasFailed;
    return item;
  }

  #madeItem(photograph) {
    const url = URL.createObjectURL(photograph.file);
    const item = this.#made(url, photograph.file.name);
    const part = partsOf(item);
    for (const event of ["load", "error"]) part("picture").addEventListener(event, () => URL.revokeObjectURL(url));
    part("picture").addEventListener("error", () => (part("picture").hidden = true));
    part("retry").addEventListener("click", () => this.uploads.retry(photograph));
    part("remove").hidden = false;
    part("remove").addEventListener("click", () => this.uploads.remove(photograph));
    return item;
  }

  #made(src, name) {
    const item = this.template.content.cloneNode(true).firstElementChild;
    const part = partsOf(item);
    part("picture").src = src;
    part("name").textContent = name;
    return item;
  }
}

function progressText(sent) {
  if (sent === null) return translate("Waits for its turn");
  return sent < 1 ? words.sending(Math.floor(100 * sent)) : words.reading;
}
