/** The digits of one's own that this tab has: of the class's sheets, and of the readings of the pad. */

import { loadClassDigits } from "../class/digits.js";
import { PIXELS } from "../network/article.js";
import { readPixels } from "../inside/pictures.js";
import { labelledDigits } from "../readings/formats.js";
import { loadReadings } from "../readings/store.js";

/** @typedef {"class" | "pad"} Source */

/** @returns {Record<Source, number>} how many there are of each */
export const countOwn = () => ({
  class: loadClassDigits().labels.length,
  pad: labelledDigits(loadReadings()).labelled.length,
});

/** @param {Source} source @returns {Promise<import("./own_digits.js").OwnDigits>} */
export async function loadOwn(source) {
  if (source === "class") return loadClassDigits();
  const { labelled } = labelledDigits(loadReadings());
  const images = new Uint8Array(labelled.length * PIXELS);
  const pixels = await Promise.all(labelled.map(({ image }) => readPixels(image)));
  pixels.forEach((each, place) => images.set(each.map((level) => Math.round(255 * level)), place * PIXELS));
  return { images, labels: labelled.map(({ label }) => label) };
}
