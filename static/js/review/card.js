/** One reading, large: its picture with frames around what is doubtful, why it is, and the text to accept or correct. */

import { showBoxes } from "../draw/boxes.js";
import { inLine } from "../readings/entry.js";
import { element, partsOf, placeOver } from "../ui/dom.js";
import { translate } from "../ui/translate.js";

export class Card {
  /** The one that is shown. @type {import("./folder.js").Entry?} */
  entry = null;
  /** Pictures that are ready to be shown, or soon, by the ids of their entries. @type {Map<number, Promise<HTMLImageElement>>} */
  #pictures = new Map();
  /** Whether the picture is in sight: nothing is accepted unseen. */
  #isReady = false;

  /**
   * @param {{picture: (id: number) => Promise<File | undefined>}} store
   * @param {{onDecide: (text: string?) => void, onBack: () => void}} listener gets null for what is unreadable
   */
  constructor(form, store, listener) {
    Object.assign(this, { form, store, listener });
    this.part = partsOf(form);
    this.input = form.elements.text;
    form.addEventListener("keydown", (event) => this.#press(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#isReady) listener.onDecide(this.input.value);
    });
    this.part("unreadable").addEventListener("click", () => this.#isReady && listener.onDecide(null));
    this.part("back").addEventListener("click", listener.onBack);
    this.part("whole").addEventListener("click", ({ target }) => {
      target.ariaPressed = String(target.ariaPressed === "false");
      this.#frame();
    });
  }

  /**
   * @param {import("./folder.js").Entry} entry with an answer
   * @param {string} label with its file and its place
   * @param {import("./folder.js").Entry} [next] is decoded meanwhile
   */
  async show(entry, label, next) {
    const isNew = entry !== this.entry;
    this.part("label").textContent = label;
    if (isNew) await this.#show(entry);
    if (next && this.#isReady) this.#picture(next.id);
  }

  hide() {
    this.entry = null;
    this.#isReady = false;
    this.form.hidden = true;
    this.#forgetPictures([]);
  }

  async #show(entry) {
    const { answer, correction, file } = entry;
    this.entry = entry;
    this.#isReady = false;
    this.#forgetPictures([entry.id]);
    this.form.hidden = false;
    this.part("layer").replaceChildren();
    this.part("why").textContent = correction === "" ? translate("You marked it as unreadable.") : answer.message;
    this.input.value = correction || inLine(answer.text);
    // Where fingers type, a keyboard on the screen would cover the picture: there the input waits for a tap.
    if (!matchMedia("(pointer: coarse)").matches || document.activeElement === this.input) {
      this.input.focus({ preventScroll: true });
      this.input.select();
    }
    this.form.scrollIntoView({ block: "nearest" });
    const picture = await this.#picture(entry.id);
    if (this.entry !== entry) return;
    const boxes = element("span", { className: "boxes", ariaHidden: "true" });
    showBoxes(boxes, answer, answer.digits.filter(({ certain }) => !certain));
    picture.alt = picture.naturalWidth > 0 ? file : translate("This browser cannot show the picture.");
    this.part("layer").replaceChildren(picture, boxes);
    this.#frame();
    this.#isReady = true;
  }

  /** Puts the part of the picture that was read into the frame, or all of it. */
  #frame() {
    const { answer } = this.entry;
    const isWhole = this.part("whole").ariaPressed === "true";
    const { left, top, width, height } = isWhole ? { left: 0, top: 0, width: answer.width, height: answer.height } : readPart(answer);
    this.part("region").style.setProperty("--ratio", width / height);
    placeOver(this.part("layer"), [-left, -top, answer.width, answer.height], { width, height });
  }

  #press(event) {
    if (event.key !== "Enter") return;
    const isBack = event.shiftKey && !event.repeat;
    if (event.repeat || isBack) event.preventDefault(); // a key that is held down would accept all that follow
    if (isBack) this.listener.onBack();
  }

  /** Returns the picture of an entry; empty where the browser cannot decode it. */
  #picture(id) {
    const decoded = async () => {
      const picture = element("img", { className: "paper" });
      const file = await this.store.picture(id);
      if (file) picture.src = URL.createObjectURL(file);
      await picture.decode().catch(() => {});
      return picture;
    };
    if (!this.#pictures.has(id)) this.#pictures.set(id, decoded());
    return this.#pictures.get(id);
  }

  #forgetPictures(except) {
    for (const [id, promise] of this.#pictures) {
      if (except.includes(id)) continue;
      this.#pictures.delete(id);
      promise.then(({ src }) => URL.revokeObjectURL(src));
    }
  }
}

const MARGIN = 0.5; // beside what was read, of the height of its highest box

/** Returns the part of a picture that holds all that was read in it or left out. @param {import("../server/api_client.js").Answer} answer */
export function readPart({ digits, left_out, width, height }) {
  const boxes = [...digits, ...left_out].map(({ box }) => box);
  const margin = MARGIN * Math.max(...boxes.map(([, , , down]) => down));
  const left = Math.max(0, Math.min(...boxes.map(([x]) => x)) - margin);
  const top = Math.max(0, Math.min(...boxes.map(([, y]) => y)) - margin);
  const right = Math.min(width, Math.max(...boxes.map(([x, , across]) => x + across)) + margin);
  const bottom = Math.min(height, Math.max(...boxes.map(([, y, , down]) => y + down)) + margin);
  return { left, top, width: right - left, height: bottom - top };
}
