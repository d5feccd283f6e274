/** The class's sheets as the page has them now: kept in the tab, corrected, undone, forgotten. */

import { digitsOf, relabelled, withoutSheet, withRemoved, withSheet } from "./sheets.js";
import { forgetSheets, keepSheets, loadSheets } from "./store.js";

/** @typedef {import("./sheets.js").Sheet} Sheet */

/** Emits "change" after the sheets have changed. */
export class ClassSheets extends EventTarget {
  /** @type {Sheet[]} */
  sheets = loadSheets();
  /** What is kept of them. @type {"all" | "digits" | "none"} */
  kept = this.sheets.every(({ photograph }) => photograph) ? "all" : "digits";
  /** What takes the corrections back, the last at the end. @type {((sheets: Sheet[]) => Sheet[])[]} */
  #undos = [];
  #lastId = Math.max(0, ...this.sheets.map(({ id }) => id));

  get digits() {
    return digitsOf(this.sheets);
  }

  get canUndo() {
    return this.#undos.length > 0;
  }

  /** @returns {number} an id for a sheet, which none has or had */
  newId() {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** @returns {import("./sheets.js").Box | undefined} */
  find(boxId) {
    return this.sheets.flatMap(({ boxes }) => boxes).find(({ id }) => id === boxId);
  }

  /** @returns {number} place of a sheet, from 1 */
  numberOf = (sheetId) => 1 + this.sheets.findIndex(({ id }) => id === sheetId);

  /** @param {Sheet} sheet @param {number?} replacedId of the sheet in whose place it is put, if any */
  add(sheet, replacedId = null) {
    const replaced = this.sheets.find(({ id }) => id === replacedId);
    if (replaced) this.#undos.push((sheets) => withSheet(sheets, replaced, sheet.id));
    this.#change(withSheet(this.sheets, sheet, replaced ? replacedId : null));
  }

  relabel(boxId, label) {
    const { label: before } = this.find(boxId);
    if (label === before) return;
    this.#undos.push((sheets) => relabelled(sheets, boxId, before));
    this.#change(relabelled(this.sheets, boxId, label));
  }

  remove(boxId, isRemoved = true) {
    this.#undos.push((sheets) => withRemoved(sheets, boxId, !isRemoved));
    this.#change(withRemoved(this.sheets, boxId, isRemoved));
  }

  removeSheet(sheetId) {
    const removed = this.sheets.find(({ id }) => id === sheetId);
    this.#undos.push((sheets) => withSheet(sheets, removed));
    this.#change(withoutSheet(this.sheets, sheetId));
  }

  undo() {
    const undo = this.#undos.pop();
    if (undo) this.#change(undo(this.sheets));
  }

  /** Forgets all of it, here and in the tab; nothing brings it back. */
  forget() {
    this.#undos = [];
    forgetSheets();
    this.#change([]);
  }

  #change(sheets) {
    this.sheets = sheets;
    this.kept = keepSheets(sheets);
    this.dispatchEvent(new Event("change"));
  }
}
