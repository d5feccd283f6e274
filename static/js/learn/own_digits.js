/** The digits of one's own that this tab has: of the class's sheets, and of the readings of the pad. */

import { loadClassDigits } from "../class/digits.js";
import { readPixels } from "../inside/pictures.js";
import { PIXELS } from "../network/article.js";
import { labelledDigits } from "../readings/formats.js";
import { loadReadings } from "../readings/store.js";
import { FEWEST } from "./digits.js";

/** @typedef {"class" | "pad"} Source */

/** @returns {Record<Source, number>} how many there are of each */
export const countOwn = () => ({
  class: loadClassDigits().labels.length,
  pad: labelledDigits(loadReadings()).labelled.length,
});

/** @param {Source} source @returns {Promise<import("./digits.js").OwnDigits?>} null where there are too few */
export async function loadOwn(source) {
  const digits = source === "class" ? loadClassDigits() : await loadPadDigits();
  return digits.labels.length < FEWEST ? null : { images: digits.images, labels: digits.labels };
}

async function loadPadDigits() {
  const { labelled } = labelledDigits(loadReadings());
  const images = new Uint8Array(labelled.length * PIXELS);
  const pixels = await Promise.all(labelled.map(({ image }) => readPixels(image)));
  pixels.forEach((each, place) => images.set(each.map((level) => Math.round(255 * level)), place * PIXELS));
  return { images, labels: labelled.map(({ label }) => label) };
}
