/** Keeps the drawing in this tab of the browser, over a reload, until the tab is closed. */

import { EMPTY } from "./strokes.js";

const KEY = "inkling-drawing";
const DECIMALS = 4;

/** @returns {import("./strokes.js").Drawing} the kept one, or an empty one */
export function loadDrawing() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? EMPTY;
  } catch {
    return EMPTY; // the browser may forbid storage
  }
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
