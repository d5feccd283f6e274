/** Keeps the drawing in this tab of the browser, over a reload, until the tab is closed. */

import { EMPTY } from "./strokes.js";

const KEY = "inkling-drawing";
const DECIMALS = 4;

/** @returns {import("./strokes.js").Drawing} the kept one, or an empty one */
export function loadDrawing() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return isDrawing(kept) ? kept : EMPTY;
  } catch {
    return EMPTY; // the browser may forbid storage
  }
}

/** Whether the page can draw it: another version of the page may have kept another form. */
function isDrawing({ squares, strokes }) {
  const isPlace = ({ x, y }) => Number.isFinite(x) && Number.isFinite(y);
  return [1, 2].includes(squares) && strokes.every(({ points }) => points.length > 0 && points.every(isPlace));
}

/** @param {import("./strokes.js").Drawing} drawing */
export function keepDrawing(drawing) {
  const round = (key, value) => (typeof value === "number" ? Number(value.toFixed(DECIMALS)) : value);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(drawing, round));
  } catch {
    // forbidden or full: the drawing is then lost when the page is reloaded
  }
}
