/**
 * The readings of the drawing page: collected from the pad, from pictures over it and from files that come together; kept in this
 * tab; shown as a strip below the pad once there are any, and over the page as a table. What shows them, and reads what waits, is
 * loaded with the first.
 */

import { drawOn } from "./pad/drawing.js";
import { Collector, readingList } from "./readings/collector.js";
import { keptAnswer, statusOf, waitingEntry } from "./readings/entry.js";
import { inAddress, openDialog, storeInAddress } from "./state.js";
import { handOver } from "./ui/database.js";
import { partsOf } from "./ui/dom.js";
import { toDataUrl, toFile } from "./ui/files.js";
import { LazyView } from "./ui/lazy_view.js";

const THUMBNAIL_PX = 112; // height of a drawing's: twice what the strip shows, for dense screens
const LARGE_PX = 560; // likewise beside the table

export class Readings {
  #collector;
  #list = readingList();
  /** What shows them, once it is loaded. @type {import("./readings/table.js").ReadingTable?} */
  #table = null;
  /** The picture over the pad, what is sent of it, and the id of its reading. @type {{file: File?, upload: Promise<File>?, id: number?}} */
  #shown = { file: null, upload: null, id: null };
  /** Of pictures whose readings are opened again. @type {WeakMap<File, number>} */
  #ids = new WeakMap();
  /** The pictures that are not to be sent again: they are answered or refused. @type {WeakSet<File>} */
  #done = new WeakSet();
  /** Whether the picture over the pad is a page in the table that is open. */
  #leavesPad = false;
  #close = () => this.dialog.close();

  /** @param {() => {model: string, risk: string}} options with which pictures are read */
  constructor(section, pad, picture, options) {
    Object.assign(this, { section, pad, picture, options });
    this.dialog = section.querySelector("dialog");
    this.root = partsOf(section)("table");
    this.lazyView = new LazyView("readings", this.root, () => import("./readings/table.js"), ({ ReadingTable }) => this.#makeTable(ReadingTable));
    this.#collector = new Collector(this.#list, pad.drawing, (drawing) => drawn(drawing, THUMBNAIL_PX).toDataURL());
    this.#list.addEventListener("change", () => this.#change());
    pad.addEventListener("change", ({ isUndo }) => this.#collector.change(pad.drawing, isUndo));
    picture.addEventListener("change", () => this.#changePicture());
    addEventListener("online", () => this.#change());
    this.#change();
    if (inAddress("readings")) this.openTable({ isByUser: false });
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
    if (!(source instanceof File)) return source && this.#collector.note(source, answer);
    const { file, upload, id } = this.#shown;
    this.#done.add(source);
    if (source !== file || this.#ids.has(file)) return;
    const sent = await upload;
    const { thumbnailsOf } = await import("./readings/thumbnails.js");
    const [picture, [thumbnail]] = await Promise.all([toDataUrl(sent), thumbnailsOf(sent, [answer])]);
    const { correction = null } = this.#list.find(id) ?? {}; // of the same picture, read again
    this.#list.put([{ ...waitingEntry(id, file.name), answer: keptAnswer(answer), correction, picture, thumbnail }]);
  }

  /** Notes that what was to be read is refused, and would be again. @param {File | object | null} source as of `note` */
  noteRefusal(source) {
    if (source instanceof File) this.#done.add(source);
  }

  /** Takes what the user says is written of what is on the pad. @param {string} text */
  choose(text) {
    const reading = this.#list.find(this.#shown.id);
    if (reading) this.#list.correct([{ ...reading, correction: text.replaceAll("\n", " ") }]);
    else this.#collector.choose(text);
  }

  /** Shows the picture again that was over the pad before a reload. @param {string} url of its data */
  restore(url) {
    const kept = this.#list.all.find(({ picture }) => picture === url);
    this.#showPicture(toFile(url, kept?.file ?? undefined), kept?.id);
  }

  /** Says of each reading whether it is certain at another risk. @param {number} risk */
  judge(risk) {
    this.#table?.judge(risk); // which is loaded with the first reading
  }

  /** Reads files that come together, and shows them as a table. @param {FileSystemEntry[]} dropped with those of folders */
  async addFiles(files, dropped) {
    const table = await this.openTable();
    await table?.batch.add(files, dropped);
    return table !== null;
  }

  /** Puts the lines of the page over the pad into the table; when that is closed, the pad is free again. */
  async addPage(answer) {
    const { file, upload, id } = this.#shown;
    const table = await this.lazyView.load();
    if (!table) return;
    const first = await table.batch.addPage(waitingEntry(id, file.name), await upload, answer);
    await this.openTable();
    this.#leavesPad = true;
    table.choose(first);
  }

  get isTableOpen() {
    return this.dialog.open;
  }

  async openTable({ isByUser = true } = {}) {
    const table = await this.lazyView.load();
    if (!table || this.isTableOpen) return table;
    this.#collector.collect();
    this.section.style.minBlockSize = `${this.section.offsetHeight}px`; // so that nothing moves behind it
    this.dialog.append(this.root);
    openDialog(this.dialog, { isByUser }, () => this.#leaveTable());
    storeInAddress({ readings: true });
    table.show();
    return table;
  }

  #leaveTable() {
    this.section.prepend(this.root);
    if (this.#leavesPad) this.picture.remove();
    this.#leavesPad = false;
    storeInAddress({ readings: false });
    this.#change();
    this.section.style.minBlockSize = "";
    partsOf(this.root)("as-table").focus({ preventScroll: true });
  }

  #changePicture() {
    const { file, id } = this.#shown;
    const { file: now, upload } = this.picture;
    this.#shown = { file: now, upload, id: now && (this.#ids.get(now) ?? this.#list.newId(Date.now())) };
    if (!file || this.#done.has(file) || this.#list.find(id)) return this.#change();
    const entry = waitingEntry(id, file.name);
    this.#list.put([entry], new Map([[id, file]]));
    this.lazyView.load().then((table) => table?.batch.read());
  }

  /** @returns {Promise<Blob | undefined>} undefined where there was no room to keep it */
  async #pictureOf({ id, page, file, drawing, picture }) {
    if (drawing) return new Promise((resolve) => drawn(drawing, LARGE_PX).toBlob(resolve));
    return picture ? toFile(picture, file ?? undefined) : this.#list.store.picture(page ?? id);
  }

  async #reopen(reading) {
    if (reading.drawing) {
      this.picture.remove();
      this.pad.open(reading.drawing);
    } else {
      const file = await this.#pictureOf(reading);
      if (file) this.#showPicture(new File([file], reading.file, { type: file.type }), reading.id);
      else this.openTable().then((table) => table.choose(reading.id));
    }
    this.pad.canvas.scrollIntoView({ block: "nearest" });
  }

  #showPicture(file, id) {
    if (id !== undefined) this.#ids.set(file, id);
    this.picture.show(file);
  }

  #change() {
    const { all, undoable } = this.#list;
    const isUnread = all.some((entry) => statusOf(entry) === "waiting");
    globalThis.onbeforeunload = isUnread ? (event) => event.preventDefault() : null; // they would be lost; with it browsers keep no page for Back
    const isEmpty = all.length + undoable.length === 0;
    if (this.#table) this.#table.show();
    else if (!isEmpty) this.lazyView.load();
    this.section.hidden = !this.#table || (isEmpty && !this.isTableOpen);
  }

  #makeTable(ReadingTable) {
    const part = partsOf(this.root);
    part("as-table").addEventListener("click", () => this.openTable());
    part("close").addEventListener("click", this.#close);
    this.#table = new ReadingTable(this.root, this.#list, {
      name: "readings",
      options: this.options,
      pictureOf: (entry) => this.#pictureOf(entry),
      isStrip: () => !this.isTableOpen,
      openedId: () => (this.picture.file ? this.#shown.id : this.#collector.opened?.id),
      onOpen: (reading) => this.#reopen(reading),
      onSheet: async (entry) => handOver([await this.#pictureOf(entry)], this.picture.figure.dataset.class),
      onForget: this.#close,
    });
    this.section.hidden = false;
    this.#change();
    return this.#table;
  }
}

function drawn(drawing, height) {
  const canvas = Object.assign(document.createElement("canvas"), { height, width: height * drawing.squares });
  drawOn(canvas, drawing);
  return canvas;
}
