/** Pictures of a class's digits, for people. */

import { fromBase64 } from "../ui/files.js";
import { element } from "../ui/dom.js";
import { SIDE } from "../ui/pixels.js";

/** @param {import("./sheets.js").Box} box that is not empty @returns {HTMLElement} what was written, dark on light */
export const digitPicture = (box) => (box.cutOut ? element("img", { src: box.cutOut, alt: "" }) : pixelPicture(box.image));

/** @param {string} image base64 of 784 pixels @returns {HTMLCanvasElement} what the networks read, dark on light */
export function pixelPicture(image) {
  const canvas = element("canvas", { width: SIDE, height: SIDE });
  const drawn = new ImageData(SIDE, SIDE);
  for (const [place, level] of fromBase64(image).entries()) {
    drawn.data.fill(255 - level, 4 * place, 4 * place + 3);
    drawn.data[4 * place + 3] = 255;
  }
  canvas.getContext("2d").putImageData(drawn, 0, 0);
  return canvas;
}

/**
 * @param {import("./sheets.js").Digit} digit
 * @param {import("./sheets.js").Reading} reading by the network that is shown
 * @param {string} caption
 * @param {string} name for people who do not see the picture
 * @returns {HTMLButtonElement} its picture, with a mark where it was read wrongly, to be corrected
 */
export function digitButton(digit, { digit: read, certain }, caption, name) {
  const button = element("button", { type: "button", className: "class-digit", ariaLabel: name }, digitPicture(digit));
  button.append(element("span", {}, caption));
  button.dataset.box = digit.id;
  button.classList.toggle("is-wrong", read !== digit.label);
  button.classList.toggle("is-doubtful", !certain);
  return button;
}
