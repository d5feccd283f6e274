/** Keeps the last run in this tab of the browser, over a reload and in another language, until the tab is closed. */

import { openText, toFileText } from "./run_file.js";

const KEY = "inkling-run";
const SPARE = " ".repeat(500_000); // room that is left for what the other pages keep

/** @param {{run: import("./run.js").Run, knobs: import("./knobs.js").Knobs}} shown one for which there is no room is not kept */
export function keepRun({ run, knobs }) {
  try {
    sessionStorage.removeItem(KEY);
    const text = toFileText({ answer: run.answer, knobs });
    sessionStorage.setItem(KEY, text + SPARE);
    sessionStorage.setItem(KEY, text);
  } catch {
    forgetRun(); // the browser forbids storage, or it is full
  }
}

/** @returns {{run: import("./run.js").Run, knobs: import("./knobs.js").Knobs}?} */
export function loadRun() {
  try {
    return openText(sessionStorage.getItem(KEY));
  } catch {
    return null; // nothing is kept, or the browser forbids storage
  }
}

function forgetRun() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // forbidden: then there is none
  }
}
