/** Fills what only the printed page has: the date, and the pixels that the network reads as numbers. */

import { fillPixelTable, SIDE } from "./ui/pixels.js";

/**
 * @param {HTMLTimeElement} date
 * @param {HTMLElement} part holds a table, and is shown while there is an answer
 * @param {HTMLImageElement} picture of 28 × 28 pixels, hidden while there is no answer
 * @param {HTMLDetailsElement} network describes the network
 */
export function fillBeforePrinting(date, part, picture, network) {
  addEventListener("beforeprint", () => {
    date.textContent = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
    part.hidden = picture.hidden;
    network.open = true;
    if (!picture.hidden) fillPixelTable(part.querySelector("table"), greyLevels(picture));
  });
}

/** @returns {number[]} 784 levels, 0 to 255 */
function greyLevels(picture) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Array.from({ length: SIDE * SIDE }, (_, place) => data[4 * place]);
}
