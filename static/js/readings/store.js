/**
 * Keeps the last readings in this tab of the browser, over a reload, until the tab is closed: on a machine that a class
 * shares, the next pupil does not find them, as they would be in localStorage or IndexedDB.
 */

import { reduced } from "./list.js";

const KEY = "inkling-readings";

/** @returns {import("./list.js").Reading[]} the kept ones, newest first */
export function loadReadings() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return []; // the browser may forbid storage
  }
}

/**
 * Keeps as many as there is room for.
 * @param {import("./list.js").Reading[]} readings
 * @returns {"all" | "some" | "none"} what is kept of them, pictures included
 */
export function keepReadings(readings) {
  for (let kept = readings; ; kept = reduced(kept)) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
      return kept === readings ? "all" : "some";
    } catch (error) {
      if (error.name !== "QuotaExceededError" || kept.length === 0) return "none";
    }
  }
}
