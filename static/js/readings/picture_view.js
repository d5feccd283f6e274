/** The picture of an entry, large: the part that was read, with marks on what is doubtful, or a page with a mark under each line. */

import { showBoxes } from "../draw/boxes.js";
import { element, partsOf, placeOver } from "../ui/dom.js";
import { translate } from "../ui/translate.js";
import { statusOf } from "./entry.js";
import { nameOf } from "./row.js";
import { boxAround, readPart } from "./thumbnails.js";

/** @typedef {import("./entry.js").Entry} Entry */

export class PictureView {
  /** The entry that is shown. @type {Entry?} */
  entry = null;
  /** Whether its picture is in sight: nothing is accepted unseen. */
  isReady = false;
  #isPage = false;
  /** Pictures that are ready to be shown, or soon, by what tells them from each other. @type {Map<number, Promise<HTMLImageElement>>} */
  #pictures = new Map();

  /** @param {HTMLElement} figure @param {(entry: Entry) => Promise<Blob | undefined>} pictureOf */
  constructor(figure, pictureOf) {
    Object.assign(this, { figure, pictureOf });
    this.part = partsOf(figure);
    this.part("whole").addEventListener("click", ({ target }) => {
      target.ariaPressed = String(target.ariaPressed === "false");
      this.#frame();
    });
  }

  /**
   * @param {Entry} entry with an answer
   * @param {Entry[]} lines all entries of its page; none where it has its picture alone
   * @param {Entry} [next] whose picture is decoded meanwhile
   */
  async show(entry, lines, next) {
    const isPage = lines.length > 0;
    const isOther = pictureId(entry) !== pictureId(this.entry ?? {}) || isPage !== this.#isPage;
    const { answer, correction } = entry;
    this.entry = entry;
    this.figure.classList.remove("is-empty");
    this.part("name").textContent = nameOf(entry);
    this.part("why").textContent = correction === "" ? translate("You marked it as unreadable.") : (answer.message ?? "");
    if (isOther) {
      this.isReady = false;
      this.part("layer").replaceChildren();
      this.#forgetPictures([entry, next]);
      this.#isPage = isPage;
      this.part("whole").ariaPressed = String(isPage);
      this.#frame();
    }
    const picture = await this.#picture(entry);
    if (this.entry !== entry) return;
    picture.alt = picture.naturalWidth > 0 ? nameOf(entry) : translate("This browser cannot show the picture.");
    const isWhole = picture.dataset.part === undefined;
    const isEmpty = this.part("layer").childElementCount === 0; // the same picture may have been asked for twice meanwhile
    if (isEmpty) this.part("layer").append(picture, element("span", { className: "boxes", ariaHidden: "true" }));
    if (isWhole) this.#mark(entry, lines);
    this.#frame();
    this.isReady = true;
    if (next) this.#picture(next);
  }

  hide() {
    this.entry = null;
    this.isReady = false;
    this.figure.classList.add("is-empty"); // it keeps its room: nothing moves when there is a picture
    this.#forgetPictures([]);
  }

  #mark({ id, answer }, lines) {
    const boxes = this.part("layer").lastChild;
    if (lines.length === 0) {
      showBoxes(boxes, answer, answer.digits.filter(({ certain }) => !certain));
      return;
    }
    boxes.replaceChildren(...lines.map((line) => {
      const mark = element("span", { className: "line-mark" });
      Object.assign(mark.dataset, { id: line.id, status: statusOf(line) });
      mark.classList.toggle("is-chosen", line.id === id);
      placeOver(mark, boxAround(line.answer.digits), answer);
      return mark;
    }));
  }

  /** Puts the part of the picture that was read into the frame, or all of it. */
  #frame() {
    const { answer } = this.entry;
    const whole = [0, 0, answer.width, answer.height];
    const [left, top, width, height] = this.part("whole").ariaPressed === "true" ? whole : readPart(answer);
    this.part("region").style.setProperty("--ratio", width / height);
    placeOver(this.part("layer"), [-left, -top, answer.width, answer.height], { width, height });
  }

  /** Returns the picture of an entry; its thumbnail where it is no longer there, which is no larger than the part that was read. */
  #picture(entry) {
    const decoded = async () => {
      const picture = element("img", { className: "paper" });
      const file = await this.pictureOf(entry);
      if (!file && entry.thumbnail) picture.dataset.part = "";
      picture.src = file ? URL.createObjectURL(file) : (entry.thumbnail ?? "");
      await picture.decode().catch(() => {});
      return picture;
    };
    const key = pictureId(entry);
    if (!this.#pictures.has(key)) this.#pictures.set(key, decoded());
    return this.#pictures.get(key);
  }

  #forgetPictures(except) {
    const kept = except.map((entry) => entry && pictureId(entry));
    for (const [key, promise] of this.#pictures) {
      if (kept.includes(key)) continue;
      this.#pictures.delete(key);
      promise.then(({ src }) => URL.revokeObjectURL(src));
    }
  }
}

/** Returns what tells pictures from each other: the lines of a page share theirs. */
const pictureId = ({ id, page }) => page ?? id;
