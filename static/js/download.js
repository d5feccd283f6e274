/** Saves a file on the user's machine; nothing of it is sent. */

import { fileName } from "./readings/formats.js";

/** @param {Blob} blob @param {string} name such as "digits.csv" @param {Date} date to put before it */
export function download(blob, name, date) {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: fileName(name, date) }).click();
  setTimeout(() => URL.revokeObjectURL(url)); // the browser has begun to read it by then
}
