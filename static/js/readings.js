/**
 * The last readings: collected from the pad and the picture over it, kept in this tab, shown as a strip once there are any. A
 * picture that leaves the pad before its answer has come is read all the same, and joins them.
 */

import { drawOn } from "./pad/pad.js";
import { Collector, readingList } from "./readings/collector.js";
import { Sender } from "./server/sender.js";
import { toDataUrl, toFile } from "./ui/files.js";
import { loadStyles } from "./ui/styles.js";

export class Readings {
  #collector;
  /** What shows them, loaded once. @type {import("./readings/strip.js").Strip?} */
  #strip = null;
  #isLoading = false;
  #isLeft = false;
  #list = readingList();
  /** The picture over the pad, and what is sent of it. @type {Shown} */
  #shown = { file: null, upload: null };
  /** The pictures that are not to be sent again: they are answered or refused. @type {WeakSet<File>} */
  #done = new WeakSet();
  /** The pictures that left the pad without an answer. @type {Set<Shown>} */
  #unread = new Set();
  #sender;

  /** @typedef {{file: File?, upload: Promise<File>?}} Shown */

  /** @param {(sent: File, options: object) => Promise<object>} request asks the server to read a picture */
  constructor(section, pad, picture, request) {
    Object.assign(this, { section, pad, picture });
    this.#sender = new Sender(async ({ upload }, signal, onProgress) => request(await upload, { signal, onProgress }), {
      onAnswer: (shown, answer) => this.#notePicture(shown, answer).finally(() => this.#finish(shown)),
      onProblem: (shown, { isPassing }) => !isPassing && this.#finish(shown),
    }, 1);
    this.#collector = new Collector(this.#list, pad.drawing, drawingThumbnail);
    this.#list.addEventListener("change", () => this.#change());
    pad.addEventListener("change", ({ isUndo }) => this.#collector.changeDrawing(pad.drawing, isUndo));
    picture.addEventListener("change", () => this.#changePicture());
    addEventListener("pagehide", () => {
      this.#isLeft = true;
      this.#collector.leave();
    });
    addEventListener("pageshow", () => {
      this.#isLeft = false;
      this.#change();
    });
    addEventListener("online", () => this.#sender.resume());
    this.#change();
  }

  /** What is to be read: a picture or a drawing, null while a stroke is drawn. */
  get source() {
    return this.picture.file ?? (this.pad.isDrawing ? null : this.pad.drawing);
  }

  get hasAny() {
    return this.#list.all.length > 0;
  }

  /**
   * Takes an answer before it is shown: what has been shown is kept, even if the page is left at once.
   * @param {File | import("./pad/drawing.js").Drawing | null} source as it was when the answer was asked for
   */
  async note(source, answer) {
    if (!(source instanceof File)) return source && this.#collector.noteDrawing(source, answer);
    const { file, upload } = this.#shown;
    this.#done.add(source);
    if (source === file) await this.#notePicture({ file, upload }, answer);
  }

  /** Notes that what was to be read is refused, and would be again. @param {File | object | null} source as of `note` */
  noteRefusal(source) {
    if (source instanceof File) this.#done.add(source);
  }

  /** Takes what the user says is written of what is on the pad. @param {string} text */
  choose(text) {
    this.#collector.choose(text);
  }

  /** Shows the picture again that was over the pad before a reload. @param {string} url of its data */
  restore(url) {
    const joined = this.#list.all.find(({ picture }) => picture === url); // when the page was left
    this.#showPicture(joined ?? { picture: url });
  }

  async #notePicture({ file, upload }, answer) {
    const sent = await upload;
    const [picture, thumbnail] = await Promise.all([toDataUrl(sent), pictureThumbnail(sent)]);
    this.#collector.notePicture(file, { picture, thumbnail: thumbnail ?? answer.digits[0].image }, answer);
  }

  #changePicture() {
    const left = this.#shown;
    this.#shown = { file: this.picture.file, upload: this.picture.upload };
    if (left.file && !this.#done.has(left.file)) {
      this.#unread.add(left);
      this.#sender.add([left]);
      globalThis.onbeforeunload = (event) => event.preventDefault(); // they would be lost
    }
    this.#collector.changePicture(this.picture.file);
  }

  #finish(shown) {
    this.#unread.delete(shown);
    if (this.#unread.size === 0) globalThis.onbeforeunload = null; // with it browsers keep no page for Back
    this.#change();
  }

  #open(reading) {
    if (reading.drawing) {
      this.picture.remove();
      this.pad.open(reading.drawing);
    } else {
      this.#showPicture(reading);
    }
    this.pad.canvas.scrollIntoView({ block: "nearest" });
  }

  #showPicture({ id, file: name, picture }) {
    const file = toFile(picture, name ?? undefined);
    if (id) this.#collector.noteOpening(file, id);
    this.picture.show(file);
  }

  #change() {
    const { all, undoable } = this.#list;
    const isEmpty = all.length + undoable.length + this.#unread.size === 0;
    if (this.#isLeft) return; // a picture that is shown now counts as a request, which the page may not send there
    if (this.#strip) this.#strip.show(this.#unread.size);
    else if (!isEmpty) this.#load();
    this.section.hidden = isEmpty || !this.#strip;
  }

  async #load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const [loaded] = await Promise.all([import("./readings/strip.js"), loadStyles("css/readings.css")]).catch(() => []);
    this.#isLoading = false;
    if (!loaded) return; // the server is gone: it is tried again with the next change
    this.#strip = new loaded.Strip(this.section, this.#collector, (reading) => this.#open(reading));
    this.#change();
  }
}

const HEIGHT_PX = 112; // twice what the list shows, for dense screens
const MOST_ACROSS = 2; // times its height
const JPEG_QUALITY = 0.7;

function drawingThumbnail(drawing) {
  const canvas = Object.assign(document.createElement("canvas"), { height: HEIGHT_PX, width: HEIGHT_PX * drawing.squares });
  drawOn(canvas, drawing);
  return canvas.toDataURL();
}

/** @param {File} file @returns {Promise<string?>} its middle, if it is very wide; null if the browser cannot open it */
async function pictureThumbnail(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return null;
  const { width, height } = bitmap;
  const across = Math.min(width, MOST_ACROSS * height);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { height: HEIGHT_PX, width: Math.ceil((HEIGHT_PX * across) / height) });
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "#fff"; // under what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, (width - across) / 2, 0, across, height, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.toDataURL("image/jpeg", JPEG_QUALITY);
}
