/** JSON, indented and shortened for people. */

import { formatNumber, translate } from "./translate.js";

const LONG = 60; // characters that are shown of a data URL

/**
 * Indents JSON, keeps lists of numbers on one line, and shortens data URLs.
 * @param {string} text of the server's answer
 * @returns {string} the text itself when it is not JSON
 */
export function readable(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const indented = JSON.stringify(value, (_, part) => shortened(part), 2);
  return indented.replace(/\[[\s\d.,e+-]*\]/g, onOneLine);
}

const onOneLine = (list) => list.replace(/\s/g, "").replaceAll(",", ", ");

const rest = (count) => translate("… {count} more characters", { count: formatNumber(count) });

/** Shortens the data URL of a picture, and leaves sentences whole. */
function shortened(value) {
  if (typeof value !== "string" || !value.startsWith("data:")) return value;
  return value.length > LONG ? value.slice(0, LONG) + rest(value.length - LONG) : value;
}
