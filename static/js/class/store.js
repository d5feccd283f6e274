/**
 * Keeps the sheets in this tab of the browser, over a reload and for the other pages, until the tab is closed: on a machine
 * that classes share, the next one does not find them.
 */

const KEY = "inkling-class";
const SPARE = " ".repeat(500_000); // room that is left for what the other pages keep

/** @typedef {import("./sheets.js").Sheet} Sheet */

/** @returns {Sheet[]} */
export function loadSheets() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)).sheets;
  } catch {
    return []; // nothing is kept, or the browser forbids storage
  }
}

/**
 * Keeps as much as there is room for.
 * @param {Sheet[]} sheets
 * @returns {"all" | "digits" | "none"} whether pictures for people are kept too, or the digits alone
 */
export function keepSheets(sheets) {
  if (sheets.length === 0) return forgetSheets();
  const stages = [sheets, sheets.map(withoutPhotograph), sheets.map(withoutPhotograph).map(withoutCutOuts)];
  for (const [stage, kept] of stages.entries()) {
    try {
      const json = JSON.stringify({ sheets: kept });
      sessionStorage.setItem(KEY, json + SPARE);
      sessionStorage.setItem(KEY, json);
      return stage === 0 ? "all" : "digits";
    } catch (error) {
      if (error.name !== "QuotaExceededError") break;
    }
  }
  forgetSheets();
  return "none";
}

/** @returns {"all"} there is nothing that is not kept */
export function forgetSheets() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // forbidden: then there is nothing
  }
  return "all";
}

const withoutPhotograph = (sheet) => ({ ...sheet, photograph: null });
const withoutCutOuts = (sheet) => ({ ...sheet, boxes: sheet.boxes.map((box) => ({ ...box, cutOut: null })) });
