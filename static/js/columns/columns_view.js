/** A line as the network of lines reads it: its grey strip, and under each column the signs that may stand there. */

import { element, isShortcut, partsOf, placeOver, write } from "../ui/dom.js";
import { drawLevels } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { BLANK, bordersOf, inWords, LEAST, levelsOf, nameOf, partings, rowsOf, sentenceOf, signOfDigit } from "./heard.js";

// As in nn/reading/lines/strip.py.
const FRAME_PX = 4; // columns of pixels from one column of the network to the next
const START_PX = -5; // where its first column begins in the strip: it reads paper before the line

const PARTS = ["body", "names", "track", "signs", "image", "heat", "said", "partings", "sentences"];
const ALONE = translate("One digit, certain at once: the network of lines was not needed.");

export class ColumnsView {
  /** The strip that is shown, with the size of its picture. @type {import("./heard.js").Strip?} */
  #strip = null;
  #borders = [];
  #column = 0;

  /** @param {HTMLDetailsElement} details in which it is shown */
  constructor(details) {
    this.status = details.querySelector("[role=status]");
    for (const name of PARTS) this[name] = partsOf(details)(name);
    this.mark = element("i");
    this.overlay = element("span", { className: "boxes heard-mark", ariaHidden: "true" }, this.mark);
    document.querySelector(".boxes-frame").prepend(this.overlay); // the digits above their boxes stay readable
    for (const event of ["pointerdown", "pointermove"]) this.track.addEventListener(event, (moved) => this.#point(moved));
    this.track.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {import("../server/api_client.js").Answer?} answer with its strips @param {number} place of the chosen digit */
  async show(answer, place) {
    const { line } = answer?.digits[place] ?? {};
    const strip = answer?.strips.find(({ lines }) => lines.includes(line)) ?? answer?.strips[0] ?? null;
    this.#strip = strip;
    this.body.hidden = this.overlay.hidden = !strip?.signs.length;
    write(this.status, !answer || strip?.signs.length ? "" : ALONE);
    if (this.body.hidden) return;
    this.image.src = strip.image;
    await this.image.decode().catch(() => {}); // another strip is on its way
    if (this.#strip !== strip) return;
    this.overlay.style.setProperty("--ratio", answer.width / answer.height);
    this.size = answer;
    this.#borders = bordersOf(strip);
    this.#draw(strip);
    const { first, last } = signOfDigit(strip, answer.digits, place);
    this.#move(Math.floor((first + last) / 2));
    this.#scrollTo(this.#column);
  }

  #draw(strip) {
    const { frames, signs } = strip;
    const rows = rowsOf(strip);
    this.body.style.setProperty("--frames", frames.length);
    this.body.style.setProperty("--rows", rows.length);
    Object.assign(this.heat, { width: frames.length, height: rows.length });
    drawLevels(this.heat, levelsOf(strip, rows), frames.length);
    this.names.replaceChildren(...rows.map((sign) => element("span", {}, sign === BLANK ? nameOf(sign) : sign)));
    this.signs.replaceChildren(
      ...signs.map((sign) => {
        const [[best], second] = sign.likeliest;
        const other = second?.[1] >= LEAST ? translate("or {sign}", { sign: nameOf(second[0]) }) : "";
        const shown = element("b", { className: sign.agrees === false ? "is-parted" : "" }, element("span", {}, best), other);
        shown.style.setProperty("--at", (sign.first + sign.last + 1) / 2);
        return shown;
      }),
    );
    this.sentences.replaceChildren(...signs.map((sign) => element("li", {}, sentenceOf(sign))));
    this.partings.replaceChildren(...partings(strip).map((sentence) => element("li", {}, sentence)));
    this.track.ariaValueMax = frames.length;
  }

  /** Chooses a column: it is marked here and on the picture, and its likeliest signs are named. */
  #move(column) {
    const { frames, box } = this.#strip;
    this.#column = Math.min(Math.max(column, 0), frames.length - 1);
    const sign = this.#borders.findIndex((border) => this.#column < border);
    const start = this.#borders[sign - 1] ?? 0;
    for (const [name, value] of [["--column", this.#column], ["--start", start], ["--width", this.#borders[sign] - start]]) {
      this.track.style.setProperty(name, value);
    }
    [...this.signs.children].forEach((shown, place) => shown.classList.toggle("is-chosen", place === sign));
    const values = { column: this.#column + 1, count: frames.length, signs: inWords(frames[this.#column]) };
    this.said.textContent = translate("Column {column} of {count}: {signs}", values);
    this.track.ariaValueNow = this.#column + 1;
    this.track.ariaValueText = this.said.textContent;
    const scale = box[2] / this.image.naturalWidth;
    const left = box[0] + scale * (START_PX + FRAME_PX * this.#column);
    placeOver(this.mark, [left, box[1], FRAME_PX * scale, box[3]], this.size);
  }

  #point({ clientX, type, pointerType }) {
    if (!this.#strip || (type === "pointermove" && pointerType === "touch")) return; // a finger that moves scrolls
    const { left, width } = this.track.getBoundingClientRect();
    this.#move(Math.floor(((clientX - left) * this.#strip.frames.length) / width));
  }

  #press(event) {
    const places = this.#strip.signs.map(({ first, last }) => Math.floor((first + last) / 2));
    const last = this.#strip.frames.length - 1;
    const moves = {
      ArrowLeft: () => this.#column - 1,
      ArrowDown: () => this.#column - 1,
      ArrowRight: () => this.#column + 1,
      ArrowUp: () => this.#column + 1,
      PageDown: () => places.findLast((place) => place < this.#column) ?? 0,
      PageUp: () => places.find((place) => place > this.#column) ?? last,
      Home: () => 0,
      End: () => last,
    };
    if (isShortcut(event) || !moves[event.key]) return;
    event.preventDefault();
    this.#move(moves[event.key]());
    this.#scrollTo(this.#column);
  }

  /** Brings a column into sight in the strip's own box. */
  #scrollTo(column) {
    const scroller = this.track.parentElement;
    const middle = this.track.offsetLeft + ((column + 0.5) * this.track.offsetWidth) / this.#strip.frames.length;
    scroller.scrollLeft = middle - scroller.clientWidth / 2;
  }
}
