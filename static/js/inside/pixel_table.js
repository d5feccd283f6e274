/** The 28 × 28 pixels as a table of numbers, each on its grey. */

import { element } from "./dom.js";
import { SIDE } from "./geometry.js";

const LAST_WHITE = 117; // grey level on which white has the larger contrast

/** @param {HTMLTableElement} table is filled @param {ArrayLike<number>} levels 784, 0 for paper to 255 for ink */
export function fillPixelTable(table, levels) {
  const header = (text, scope) => element("th", { scope }, String(text));
  const row = (_, y) =>
    element("tr", {}, header(y + 1, "row"), ...Array.from(levels).slice(y * SIDE, (y + 1) * SIDE).map(cell));
  const columns = Array.from({ length: SIDE }, (_, x) => header(x + 1, "col"));
  table.replaceChildren(
    element("thead", {}, element("tr", {}, element("td"), ...columns)),
    element("tbody", {}, ...Array.from({ length: SIDE }, row)),
  );
}

function cell(level) {
  const made = element("td", {}, String(level));
  made.style.setProperty("--level", level);
  made.classList.toggle("is-paper", level === 0);
  made.classList.toggle("is-bright", level > LAST_WHITE);
  return made;
}
