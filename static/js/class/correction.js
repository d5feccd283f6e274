/** The dialog about a box of a sheet: what the networks read in it, and ten keys for a person to say which digit was written. */

import { openDialog } from "../state.js";
import { announce, isShortcut, partsOf, tableRow } from "../ui/dom.js";
import { translate } from "../ui/translate.js";
import { confidenceText } from "./confusion_matrix.js";
import { digitPicture, pixelPicture } from "./digit_pictures.js";

export class Correction {
  /** The box that is shown. @type {string?} */
  #boxId = null;

  /**
   * @param {HTMLDialogElement} dialog @param {import("./sheets.js").ClassSheets} sheets
   * @param {{titles: Record<string, string>, showsPupils: () => boolean}} page the networks' names for people, by name
   */
  constructor(dialog, sheets, page) {
    Object.assign(this, { dialog, sheets, page });
    this.part = partsOf(dialog);
    this.part("digits").addEventListener("click", ({ target }) => target.value && this.#label(target.value));
    this.part("remove").addEventListener("click", () => {
      this.#correct({ isRemoved: true });
      announce(translate("The digit is removed. Undo brings it back."));
    });
    this.part("restore").addEventListener("click", () => this.#correct({ isRemoved: false }));
    this.part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
    dialog.addEventListener("keydown", (event) => {
      const { key } = event;
      if (this.part("written").hidden || !/^[0-9]$/.test(key) || isShortcut(event)) return;
      event.preventDefault();
      this.#label(key);
    });
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** @param {string} boxId */
  ask(boxId) {
    this.#boxId = boxId;
    const box = this.sheets.findBox(boxId);
    const { pupil, column, label, image, cutOut, readings, isRemoved } = box;
    const isEmpty = image === null;
    const ofPupil = this.page.showsPupils() ? [translate("Pupil {pupil}", { pupil })] : [];
    const rowOf = (reading) => {
      const read = reading.certain ? String(reading.digit) : `${reading.digit}?`;
      return tableRow([this.page.titles[reading.model] ?? reading.model, read, confidenceText(reading)]);
    };
    this.part("title").textContent = [translate("Column {column}", { column }), ...ofPupil].join(" · ");
    this.part("pictures").replaceChildren(...(cutOut ? [digitPicture(box)] : []), ...(isEmpty ? [] : [pixelPicture(image)]));
    this.part("answers").replaceChildren(...(isEmpty ? [] : readings.map(rowOf)));
    this.part("note").textContent = noteOn(box);
    this.part("written").hidden = this.part("remove").hidden = isEmpty || isRemoved;
    this.part("restore").hidden = isEmpty || !isRemoved;
    for (const key of this.part("digits").querySelectorAll("button")) key.ariaPressed = String(key.value === String(label));
    openDialog(this.dialog, { isByUser: true }, () => {});
  }

  #label(text) {
    this.#correct({ label: Number(text) });
    announce(translate("Noted: it was {text}.", { text }));
  }

  /** Closes first, so that the focus is back at the box, and what is announced is of the page. */
  #correct(change) {
    this.dialog.close();
    this.sheets.correctBox(this.#boxId, change);
  }
}

function noteOn({ image, isRemoved, column, label }) {
  if (image === null) return translate("Empty: no ink was found in this box.");
  if (isRemoved) return translate("Removed: it does not count.");
  return label === column ? "" : translate("The sheet asks for the digit {column} here; it was {label}.", { column, label });
}
