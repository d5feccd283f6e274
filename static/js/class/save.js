/** Saves the class's digits as files: a table of pixels, pictures, all that is known of them. */

import { fromBase64, toBytes } from "../ui/files.js";
import { download, toCsv, zip } from "../ui/download.js";
import { element } from "../ui/dom.js";
import { drawPixels, SIDE } from "../ui/pixels.js";

const NAMES = { csv: "class.csv", png: "class.zip", json: "class.json" };

const FORMATS = {
  csv: (digits) => new Blob([toCsv(digits.map(({ label, image }) => ({ label, pixels: fromBase64(image) })))], { type: "text/csv" }),
  png: (digits, date) => zip(digits.map((digit) => ({ name: pictureName(digit), bytes: toPng(digit.image) })), date),
  json: (digits) => new Blob([JSON.stringify({ digits: digits.map(described) }, null, 1)], { type: "application/json" }),
};

/** @param {"csv" | "png" | "json"} format @param {import("./sheets.js").Digit[]} digits */
export function save(format, digits) {
  const date = new Date();
  download(FORMATS[format](digits, date), NAMES[format], date);
}

/** Returns the path in a folder of pictures that has a folder for each label. */
const pictureName = ({ id, label }) => `${label}/sheet-${id.replace("-", "-box-")}.png`;

function toPng(image) {
  const canvas = element("canvas", { width: SIDE, height: SIDE });
  drawPixels(canvas, Array.from(fromBase64(image), (level) => level / 255));
  return toBytes(canvas.toDataURL());
}

/** Returns what is known of a digit; the image is base64 of its 784 pixels. */
const described = ({ pupil, column, label, image, readings }) => ({ pupil, column, label, image, readings });
