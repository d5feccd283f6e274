/** What only the printed page has: all digits of the class, by what was written. */

import { element } from "../inside/dom.js";
import { isRight } from "./confusion.js";
import { pixelPicture } from "./digit_picture.js";

const SIZES_MM = [13, 10, 8, 6.5, 5.5]; // of a digit; the first that two pages have room for
const WIDTH_MM = 170;
const HEIGHT_MM = 320; // what the matrix leaves of the first page, and the second

/**
 * @param {HTMLElement} list gets a row of pictures for each digit that was written
 * @param {import("./sheets.js").Digit[]} digits
 * @param {string} model whose mistakes are marked
 */
export function fillPoster(list, digits, model) {
  const rows = Array.from({ length: 10 }, (_, label) => digits.filter((digit) => digit.label === label));
  list.style.setProperty("--size", `${sizeFor(rows.map(({ length }) => length))}mm`);
  const items = rows.map((row, label) =>
    element("li", {}, element("strong", {}, String(label)), element("p", {}, ...row.map((digit) => picture(digit, model)))),
  );
  list.replaceChildren(...items);
}

/** @param {number[]} counts of pictures in each row @returns {number} mm at which all rows go on two pages, below the matrix */
export function sizeFor(counts) {
  const height = (size) => counts.reduce((sum, count) => sum + size * Math.max(1, Math.ceil(count / Math.floor(WIDTH_MM / size))), 0);
  return SIZES_MM.find((size) => height(size) <= HEIGHT_MM) ?? SIZES_MM.at(-1);
}

function picture(digit, model) {
  const made = pixelPicture(digit.image);
  made.classList.toggle("is-wrong", !isRight(digit, model));
  return made;
}
