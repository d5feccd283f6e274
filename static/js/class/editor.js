/** The dialog for one box: its picture, what each network read, and what was written, which can be corrected. */

import { element } from "../ui/dom.js";
import { digitPicture, pixelPicture } from "./digit_picture.js";
import { words } from "./words.js";

export class Editor {
  /** @type {string?} */
  #boxId = null;

  /**
   * @param {HTMLDialogElement} dialog
   * @param {import("./class_sheets.js").ClassSheets} sheets
   * @param {{titles: Record<string, string>, showsPupils: () => boolean, announce: (sentence: string) => void}} page the
   *   networks' names for people, by name
   */
  constructor(dialog, sheets, page) {
    Object.assign(this, { dialog, sheets, page });
    this.keys = this.#part("labels");
    this.keys.addEventListener("click", ({ target }) => target.value && this.#relabel(Number(target.value)));
    dialog.addEventListener("keydown", (event) => this.#press(event));
    this.#part("remove-box").addEventListener("click", () => this.#remove(true));
    this.#part("restore-box").addEventListener("click", () => this.#remove(false));
    this.#part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
  }

  /** @param {string} boxId */
  open(boxId) {
    this.#boxId = boxId;
    const box = this.sheets.find(boxId);
    const isEmpty = box.image === null;
    const pupil = this.page.showsPupils() ? words.pupil(box.pupil) : "";
    this.#part("box-title").textContent = [words.column(box.column), pupil].filter(Boolean).join(" · ");
    this.#part("box-pictures").replaceChildren(...(isEmpty ? [] : [digitPicture(box), pixelPicture(box.image)]));
    this.#part("box-readings").replaceChildren(...(isEmpty ? [] : box.readings.map((each) => this.#reading(each))));
    this.#part("box-note").textContent = note(box);
    for (const key of this.keys.querySelectorAll("button")) key.ariaPressed = String(Number(key.value) === box.label);
    this.#part("label-choice").hidden = isEmpty || box.isRemoved;
    this.#part("remove-box").hidden = isEmpty || box.isRemoved;
    this.#part("restore-box").hidden = isEmpty || !box.isRemoved;
    this.dialog.showModal();
  }

  #reading({ model, digit, confidence, certain }) {
    const read = certain ? String(digit) : `${digit}?`;
    return element("tr", {}, element("th", { scope: "row" }, this.page.titles[model] ?? model), element("td", {}, read), element("td", {}, words.activation(confidence)));
  }

  #press(event) {
    if (!/^[0-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#part("label-choice").hidden) return;
    event.preventDefault();
    this.#relabel(Number(event.key));
  }

  #relabel(label) {
    this.dialog.close();
    this.sheets.relabel(this.#boxId, label);
    this.page.announce(words.noted(label));
  }

  #remove(isRemoved) {
    this.dialog.close();
    this.sheets.remove(this.#boxId, isRemoved);
    if (isRemoved) this.page.announce(words.boxRemoved);
  }

  #part(name) {
    return this.dialog.querySelector(`[data-part="${name}"]`);
  }
}

function note({ image, isRemoved, column, label }) {
  if (image === null) return words.emptyBox;
  if (isRemoved) return words.removedBox;
  return label === column ? "" : words.corrected(column, label);
}
