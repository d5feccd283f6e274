/** JSON laid out for people. */

import { words } from "./api_words.js";

const LONG = 60; // characters of a text that are shown, as of a picture's data URL

/**
 * Indents JSON, keeps lists of numbers on one line, and cuts long texts short.
 * @param {string} text whatever the server answered
 * @returns {string} the text itself where it is no JSON
 */
export function readable(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const indented = JSON.stringify(value, (_, each) => shortened(each), 2);
  return indented.replace(/\[[\s\d.,e+-]*\]/g, onOneLine);
}

const onOneLine = (list) => list.replace(/\s/g, "").replaceAll(",", ", ");

/** A long picture tells nobody anything; a sentence is never cut. */
function shortened(value) {
  if (typeof value !== "string" || !value.startsWith("data:")) return value;
  return value.length > LONG ? value.slice(0, LONG) + words.leftOut(value.length - LONG) : value;
}
