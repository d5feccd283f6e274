/** Saves the readings as a file on the user's machine; nothing of them is sent. */

import { download } from "../download.js";
import { readPixels } from "../inside/pictures.js";
import { labelledDigits, toCsv, toJson } from "./formats.js";
import { toBytes } from "./images.js";
import { zip } from "./zip.js";

const NAMES = { csv: "digits.csv", png: "digits.zip", json: "readings.json" };

const FORMATS = {
  async csv(readings) {
    const rows = labelledDigits(readings).labelled.map(async ({ label, image }) => {
      const pixels = await readPixels(image);
      return { label, pixels: Array.from(pixels, (pixel) => Math.round(255 * pixel)) };
    });
    return new Blob([toCsv(await Promise.all(rows))], { type: "text/csv" });
  },
  png(readings, date) {
    const files = labelledDigits(readings).labelled.map(({ name, image }) => ({ name, bytes: toBytes(image) }));
    return zip(files, date);
  },
  json: (readings) => new Blob([toJson(readings)], { type: "application/json" }),
};

/** @param {"csv" | "png" | "json"} format @param {import("./list.js").Reading[]} readings newest first */
export async function save(format, readings) {
  const date = new Date();
  download(await FORMATS[format](readings, date), NAMES[format], date);
}
