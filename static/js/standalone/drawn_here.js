/** Digits that a class draws on this device, one pupil after another: they go to the class's page as those of phones do. */

import { ClassSheets, loadSheets, THIS_DEVICE } from "../class/sheets.js";
import { keepInTab, loadFromTab } from "../ui/store.js";
import { translate } from "../ui/translate.js";
import { Refusal } from "./prepare_picture.js";

const PUPILS = "inkling-pupils"; // of this tab: the number of each, by the key that the page for drawing made
const LAST_PUPIL = `inkling-room-${THIS_DEVICE}`; // where that page keeps its digits

const isDrawnHere = ({ layout }) => layout.room === THIS_DEVICE;

// On the class's page all was forgotten: then also who drew it.
if (!loadSheets().some(isDrawnHere)) for (const key of [PUPILS, LAST_PUPIL]) keepInTab(key, undefined);

/**
 * @param {string} key of the pupil who draws @param {number} digit that was asked for
 * @param {Pick<import("../class/sheets.js").Box, "image" | "readings">} read without an image it is taken back
 * @returns {{number: number}} of the pupil, from 1
 * @throws {Refusal} where the browser keeps nothing
 */
export function takeDrawn(key, digit, read) {
  const sheets = new ClassSheets();
  const pupils = sheets.all.filter(isDrawnHere).flatMap(({ boxes }) => boxes.map(({ pupil }) => pupil));
  const known = loadFromTab(PUPILS) ?? {};
  const number = known[key] ?? Math.max(0, ...pupils) + 1;
  sheets.takeFromRoom(THIS_DEVICE, [{ pupil: number, column: digit, ...read }]);
  if (!keepInTab(PUPILS, { ...known, [key]: number }) || sheets.store.kept === "none") {
    const title = translate("This browser keeps nothing");
    throw new Refusal("no-space", 507, title, translate("The class’s page would not find the digits. Allow it to store data, or use another window."));
  }
  return { number };
}
