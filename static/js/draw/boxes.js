/** Frames over a picture: around each digit that was read in it, and what was not read. */

import { isPage } from "../readings/entry.js";
import { element, placeOver } from "../ui/dom.js";
import { translate } from "../ui/translate.js";

const MOST_LABELLED = 3; // pieces of ink that were not read; of more than that, only the largest

/**
 * Marks each digit of a number where it stands, on the pad or on a photograph, and what was not read.
 * Boxes that are already there are moved, not replaced: a tap on one may be in progress.
 * @param {HTMLElement} overlay lies exactly over the picture
 * @param {import("../server/api_client.js").DetectedDigit[]} digits to mark
 */
export function showBoxes(overlay, { text, left_out, width, height }, digits) {
  overlay.classList.toggle("has-small-marks", isPage({ text }));
  overlay.style.setProperty("--ratio", width / height);
  const boxes = [...digits, ...left_out];
  while (overlay.children.length > boxes.length) overlay.lastChild.remove();
  while (overlay.children.length < boxes.length) overlay.append(element("span", {}, element("b")));
  const labelled = left_out.length > MOST_LABELLED ? [largest(left_out)] : left_out;
  boxes.forEach((box, place) => fill(overlay.children[place], box, { width, height }, labelled.includes(box)));
  digits.forEach(({ box }, place) => {
    const before = [...labelled, ...digits.slice(0, place)];
    overlay.children[place].classList.toggle("lies-over", before.some((other) => liesOver(box, other.box)));
  });
}

/** Whether a box lies half over another one, as where one piece of ink is read twice: so would their labels. */
function liesOver([left, top, width, height], [x, y, w, h]) {
  const across = Math.min(left + width, x + w) - Math.max(left, x);
  const down = Math.min(top + height, y + h) - Math.max(top, y);
  return across > Math.min(width, w) / 2 && down > Math.min(height, h) / 2;
}

const area = ({ box: [, , width, height] }) => width * height;
const largest = (boxes) => boxes.reduce((one, other) => (area(other) > area(one) ? other : one));

/** @param {HTMLElement} overlay @param {number} chosen place of the digit in the number, from 0 */
export function markBox(overlay, chosen) {
  [...overlay.children].forEach((box, place) => box.classList.toggle("is-chosen", place === chosen));
}

/** @param {boolean} isLabelled whether it is ink that was not read, and says so */
function fill(box, { digit, certain, box: place }, size, isLabelled) {
  const isDigit = digit !== undefined;
  box.classList.toggle("box", isDigit);
  box.toggleAttribute("data-is-digit", isDigit);
  box.classList.toggle("left-out", !isDigit);
  box.classList.toggle("is-doubtful", isDigit && !certain);
  const leftOut = isLabelled ? translate("not read") : "";
  box.firstChild.textContent = isDigit ? `${digit}${certain ? "" : "?"}` : leftOut;
  placeOver(box, place, size);
  box.style.setProperty("--top", place[1] / size.height);
  box.style.setProperty("--height", place[3] / size.height);
}
