/** The last readings: collected from the pad and the picture over it, kept in this tab, shown as a strip once there are any. */

import { drawOn } from "./pad/pad.js";
import { Collector } from "./readings/collector.js";
import { keepReadings, loadReadings } from "./readings/reading_list.js";
import { toDataUrl, toFile } from "./ui/files.js";

export class Readings {
  #collector;
  /** What shows them, loaded once. @type {import("./readings/strip.js").Strip?} */
  #strip = null;
  #isLoading = false;
  #kept = "all";
  #stored;

  /** @param {(sentence: string) => void} announce to screen readers */
  constructor(section, pad, picture, announce) {
    Object.assign(this, { section, pad, picture, announce });
    this.#stored = loadReadings();
    this.#collector = new Collector(this.#stored, pad.drawing, drawingThumbnail);
    this.#collector.addEventListener("change", () => this.#change());
    pad.addEventListener("change", ({ isUndo }) => this.#collector.changeDrawing(pad.drawing, isUndo));
    picture.addEventListener("change", () => this.#collector.changePicture(picture.file));
    addEventListener("pagehide", () => this.#collector.leave());
    this.#change();
  }

  /** What is to be read: a picture or a drawing, null while a stroke is drawn. */
  get source() {
    return this.picture.file ?? (this.pad.isDrawing ? null : this.pad.drawing);
  }

  /** Whether anything was read before in this tab. */
  get hasAny() {
    return this.#stored.length > 0;
  }

  /**
   * Takes an answer before it is shown: what has been shown is kept, even if the page is left at once.
   * @param {File | import("./pad/drawing.js").Drawing | null} source as it was when the answer was asked for
   */
  async note(source, answer) {
    if (source instanceof File) await this.#notePicture(source, answer);
    else if (source) this.#collector.noteDrawing(source, answer);
  }

  /** Takes what the user says is written of what is on the pad. @param {string} text */
  choose(text) {
    this.#collector.choose(text);
  }

  /** Shows the picture again that was over the pad before a reload. @param {string} url of its data */
  restore(url) {
    const file = toFile(url);
    this.#collector.noteRestored(file, url);
    this.picture.show(file);
  }

  async #notePicture(file, answer) {
    const picture = await toDataUrl(await this.picture.upload);
    if (this.picture.file !== file) return;
    const thumbnail = pictureThumbnail(this.picture.image) ?? answer.digits[0].image;
    this.#collector.notePicture({ picture, thumbnail }, answer);
  }

  /** Brings a reading back to the pad. @param {import("./readings/reading_list.js").Reading} reading */
  #open({ drawing, picture, time_ms }) {
    if (drawing) {
      this.picture.remove();
      this.pad.open(drawing);
    } else {
      const file = toFile(picture);
      this.#collector.noteOpening(file, time_ms);
      this.picture.show(file);
    }
    this.pad.canvas.scrollIntoView({ block: "nearest" });
  }

  #change() {
    const { readings, removed } = this.#collector;
    if (readings !== this.#stored) this.#kept = keepReadings(readings);
    this.#stored = readings;
    const isEmpty = readings.length + removed.length === 0;
    if (this.#strip) this.#strip.show(this.#kept);
    else if (!isEmpty) this.#load();
    this.section.hidden = isEmpty || !this.#strip;
  }

  async #load() {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const loaded = await import("./readings/strip.js").catch(() => null);
    this.#isLoading = false;
    if (!loaded) return; // the server is gone: it is tried again with the next change
    const open = (reading) => this.#open(reading);
    this.#strip = new loaded.Strip(this.section, this.#collector, open, this.announce);
    this.#change();
  }
}

const HEIGHT_PX = 112; // twice what the list shows, for dense screens
const MOST_ACROSS = 2; // times its height
const JPEG_QUALITY = 0.7;

/** @param {import("./pad/drawing.js").Drawing} drawing @returns {string} */
function drawingThumbnail(drawing) {
  const canvas = Object.assign(document.createElement("canvas"), { height: HEIGHT_PX, width: HEIGHT_PX * drawing.squares });
  drawOn(canvas, drawing);
  return canvas.toDataURL();
}

/** @param {HTMLImageElement} image @returns {string?} its middle, if it is very wide; null if the browser cannot open it */
function pictureThumbnail(image) {
  const { naturalWidth, naturalHeight } = image;
  if (naturalWidth === 0) return null;
  const across = Math.min(naturalWidth, MOST_ACROSS * naturalHeight);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { height: HEIGHT_PX, width: Math.ceil((HEIGHT_PX * across) / naturalHeight) });
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "#fff"; // under what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  const left = (naturalWidth - across) / 2;
  context.drawImage(image, left, 0, across, naturalHeight, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", JPEG_QUALITY);
}
