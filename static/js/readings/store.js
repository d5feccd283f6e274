/**
 * Keeps the last readings in this tab of the browser, over a reload, until the tab is closed: on a machine that a class
 * shares, the next pupil does not find them, as they would be in localStorage or IndexedDB.
 */

import { reduced } from "./list.js";

const KEY = "inkling-readings";
const SPARE = " ".repeat(200_000); // room that is left for the drawing on the pad: for a hundred strokes

/** @returns {import("./list.js").Reading[]} the kept ones, newest first */
export function loadReadings() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // the browser may forbid storage
  }
}

/**
 * Keeps as many as there is room for beside the drawing on the pad.
 * @param {import("./list.js").Reading[]} readings
 * @returns {"all" | "some" | "none"} what is kept of them, pictures included
 */
export function keepReadings(readings) {
  for (let kept = readings; kept.length > 0; kept = reduced(kept)) {
    try {
      const json = JSON.stringify(kept);
      sessionStorage.setItem(KEY, json + SPARE);
      sessionStorage.setItem(KEY, json);
      return kept === readings ? "all" : "some";
    } catch (error) {
      if (error.name !== "QuotaExceededError") break;
    }
  }
  removeKept();
  return readings.length > 0 ? "none" : "all";
}

function removeKept() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // forbidden: then there are none
  }
}
