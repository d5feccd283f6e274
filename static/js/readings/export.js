/** Saves entries on the user's machine, the same from each view: a table of the answers; their digits as training data; all of it. */

import { save } from "../ui/files.js";
import { readLevels, SIDE } from "../ui/pixels.js";
import { translatePlural } from "../ui/translate.js";
import { inLine, statusOf, textOf } from "./entry.js";

/** @typedef {import("./entry.js").Entry} Entry */

/** What each column of the table says of an entry. */
const COLUMNS = {
  file: ({ file, page, line }, place) => (page === undefined ? (file ?? `drawing ${place + 1}`) : `${file} line ${line}`),
  text: textOf, // the correction or the certain answer; empty for what is not read, doubtful or unreadable
  certain: ({ answer }) => String(answer?.certain ?? ""),
  doubt: ({ answer }) => answer?.doubt ?? "", // why it is not certain
  status: statusOf,
  read: ({ answer }) => inLine(answer?.text ?? ""), // the answer, whatever it was corrected to
  error: ({ error }) => error, // why there is no answer
};

// As nn/bulk/results.py has them: how a cell begins that a spreadsheet computes, and a cell that needs no quotes.
const FORMULA = /^(?!-[0-9]+([.,][0-9]+)*$)'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20].|[\t\r\n])/s;
const CONTROLS = /(?![\t\r\n])[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g; // as a file's name may hold
const PLAIN = /^[\p{L}\p{N}_ ./\\:()-]*$/u;

/** @param {Entry[]} entries */
export function toTable(entries) {
  const rows = entries.map((entry, place) => Object.values(COLUMNS).map((of) => cell(of(entry, place))));
  return toCsv([Object.keys(COLUMNS), ...rows]);
}

const toCsv = (rows) => rows.map((cells) => `${cells.join()}\n`).join("");

function cell(raw) {
  const text = raw.replace(CONTROLS, escaped);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return PLAIN.test(harmless) ? harmless : `"${harmless.replaceAll('"', '""')}"`;
}

function escaped(control) {
  const code = control.charCodeAt().toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
}

/**
 * @param {Entry} entry with an answer
 * @returns {(number | null)[]} the digit that each of its digits shows, null where that is not known: not certain and not corrected,
 *   unreadable, or corrected to more digits or fewer
 */
function labelsOf({ answer: { digits, certain }, correction }) {
  if (correction === null) return digits.map(({ digit }) => (certain ? digit : null));
  const written = [...correction].filter((character) => /[0-9]/.test(character)).map(Number);
  return digits.map((_, place) => (written.length === digits.length ? written[place] : null));
}

/**
 * Returns the digits whose label is known, and how many have none: nothing is to be learnt from a guess.
 * @param {Entry[]} entries
 * @returns {{labelled: {label: number, image: string}[], unlabelled: number}} the label, and the 28 × 28 pixels as a data URL
 */
export function labelledDigits(entries) {
  const digits = entries.filter(({ answer }) => answer).flatMap((entry) => {
    return labelsOf(entry).map((label, place) => ({ label, image: entry.answer.digits[place].image }));
  });
  const labelled = digits.filter(({ label }) => label !== null);
  return { labelled, unlabelled: digits.length - labelled.length };
}

/** Returns a table as Kaggle's train.csv is. @param {{label: number, levels: ArrayLike<number>}[]} rows 784 levels of 0 to 255 each */
export function toPixelTable(rows) {
  const header = ["label", ...Array.from({ length: SIDE * SIDE }, (_, place) => `pixel${place}`)];
  return toCsv([header, ...rows.map(({ label, levels }) => [label, ...levels])]);
}

/** Returns all that is known of the entries but their pictures. @param {Entry[]} entries */
export function toJson(entries) {
  const readings = entries.map((entry, place) => {
    const { id, picture, thumbnail, key, page, isSheet, answer, correction, error, ...others } = entry;
    const time = typeof id === "number" ? new Date(id).toISOString() : undefined; // a class's digit has the id of its box
    const labels = answer ? labelsOf(entry) : [];
    const digits = answer?.digits.map((digit, number) => ({ ...digit, label: labels[number] }));
    return { time, ...others, file: COLUMNS.file(entry, place), status: statusOf(entry), correction, error, ...answer, digits };
  });
  return JSON.stringify({ readings }, null, 1);
}

async function toTrainingData(entries) {
  const rows = [];
  for (const { label, image } of labelledDigits(entries).labelled) { // one after another: a review may have thousands
    rows.push({ label, levels: await readLevels(image) });
  }
  return toPixelTable(rows);
}

/** What is in each file, by its button's value: the end of its name, and what makes it. */
const FILES = {
  table: [".csv", toTable],
  pixels: ["-digits.csv", toTrainingData],
  json: [".json", toJson],
};

/**
 * @param {HTMLElement} group of buttons
 * @param {string} name of the files
 * @param {() => Entry[]} entriesOf returns what is saved
 */
export function listenForSaving(group, name, entriesOf) {
  group.addEventListener("click", ({ target: { value } }) => {
    const [end, make] = FILES[value] ?? [];
    if (make) save(name + end, () => make(entriesOf()));
  });
}

/** Says in the buttons what they save. @param {HTMLElement} group of save.html @param {number} count of entries */
export function showSaving(group, count, hasDigits = true) {
  const [table, pixels] = ["table", "pixels"].map((value) => group.querySelector(`[value=${value}]`));
  group.hidden = count === 0;
  table.textContent = translatePlural("Table of {count} answer", "Table of {count} answers", count);
  pixels.disabled = !hasDigits;
}
