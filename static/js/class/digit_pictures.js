/** Pictures of a class's digits, for people: single ones, and all of them on the printed page. */

import { element } from "../ui/dom.js";
import { fromBase64 } from "../ui/files.js";
import { pixelCanvas } from "../ui/pixels.js";
import { isRight } from "./confusion_matrix.js";

/** @param {import("./sheets.js").Box} box that is not empty @returns {HTMLElement} what was written, dark on light */
export const digitPicture = (box) => (box.cutOut ? element("img", { className: "paper", src: box.cutOut, alt: "" }) : pixelPicture(box.image));

/** @param {string} image base64 of 784 pixels @returns {HTMLCanvasElement} what the networks read, dark on light */
export const pixelPicture = (image) =>
  Object.assign(pixelCanvas(Array.from(fromBase64(image), (level) => 1 - level / 255)), { className: "paper" });

/**
 * @param {import("./sheets.js").Reading} reading by the network that is shown
 * @param {string} name for people who do not see the picture
 * @returns {HTMLButtonElement} its picture, with a mark where it was read wrongly, to be corrected
 */
export function digitButton(digit, { digit: read, certain }, caption, name) {
  const button = element("button", { type: "button", className: "class-digit tile", ariaLabel: name }, digitPicture(digit));
  button.append(element("span", {}, caption));
  button.dataset.box = digit.id;
  button.classList.toggle("is-wrong", read !== digit.label);
  button.classList.toggle("is-doubtful", !certain);
  return button;
}

const SIZES_MM = [13, 10, 8, 6.5, 5.5]; // of a digit; the first for which there is room
const FEWEST_MM = 8; // at which all is on one page, if there is room
const WIDTH_MM = 170;
const GAP_MM = 1.5; // between two rows
const ROOM_MM = { onePage: 115, twoPages: 330 }; // below the matrix

/**
 * @param {HTMLElement} list gets a row of pictures for each digit that was written
 * @param {string} model whose mistakes are marked
 */
export function fillPoster(list, digits, model) {
  const rows = Array.from({ length: 10 }, (_, label) => digits.filter((digit) => digit.label === label));
  list.style.setProperty("--size", `${sizeFor(rows.map(({ length }) => length))}mm`);
  const picture = (digit) => {
    const made = pixelPicture(digit.image);
    made.classList.toggle("is-wrong", !isRight(digit, model));
    return made;
  };
  const item = (row, label) => element("li", {}, element("strong", {}, String(label)), element("p", {}, ...row.map(picture)));
  list.replaceChildren(...rows.map(item));
}

/** @param {number[]} counts of pictures for each digit @returns {number} mm */
export function sizeFor(counts) {
  const lines = (count, size) => Math.max(1, Math.ceil(count / Math.floor(WIDTH_MM / size)));
  const height = (size) => counts.reduce((sum, count) => sum + GAP_MM + size * lines(count, size), 0);
  const onOnePage = SIZES_MM.find((size) => size >= FEWEST_MM && height(size) <= ROOM_MM.onePage);
  return onOnePage ?? SIZES_MM.find((size) => height(size) <= ROOM_MM.twoPages) ?? SIZES_MM.at(-1);
}
