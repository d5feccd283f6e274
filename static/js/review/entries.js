/** The pictures of a review: the files that they come from, what was read in each, what a person says of it, and all of them as a table. */

import { inLine } from "../readings/reading_list.js";

/**
 * @typedef {"waiting" | "failed" | "certain" | "doubtful" | "accepted" | "corrected" | "unreadable"} Status the last three are
 *   a person's decisions
 * @typedef {{id: number, file: string, key: string, status: Status, text: string, answer: object?, error: string,
 *   allowed?: string}} Entry is replaced and never changed; its file is a path in the folder, its text what holds: that of a
 *   certain answer, or a person's; what it may hold is allowed, as of `requestAnswer`
 * @typedef {{path: string, file: File}} Found
 */

const IS_PHOTOGRAPH = /\.(heic|heif)$/i; // of which not all systems know the type
const SPREAD = 2654435761; // of Knuth's multiplicative hash: neighbours come far apart

/**
 * Returns the files that are dropped on the page, with those of dropped folders.
 * @param {DataTransfer} transfer is empty after the event: it is asked at once
 * @returns {Promise<Found[]>}
 */
export function foundIn(transfer) {
  const dropped = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const files = [...transfer.files].map((file) => ({ path: file.name, file })); // pasted, or of a script
  return dropped.length > 0 ? filesOfAll(dropped) : Promise.resolve(files);
}

const filesOfAll = async (dropped) => (await Promise.all(dropped.map(filesOf))).flat();

async function filesOf(dropped) {
  const path = dropped.fullPath.slice(1);
  if (dropped.isFile) {
    const file = await new Promise((resolve) => dropped.file(resolve, () => resolve(null)));
    return file ? [{ path, file }] : [];
  }
  const reader = dropped.createReader();
  const found = [];
  let some;
  do {
    some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([]))); // at most 100 at a time
    found.push(...some);
  } while (some.length > 0);
  return filesOfAll(found);
}

/** Whether a file of a folder is to be read: hidden ones are no pictures, whatever their names end with, as on macOS. */
export const isPicture = ({ path, file }) =>
  !path.split("/").at(-1).startsWith(".") && (file.type.startsWith("image/") || IS_PHOTOGRAPH.test(path));

/**
 * Returns entries for the files that are not there yet, by their names: the same folder can be chosen again.
 * @param {Iterable<Entry>} entries that are there
 * @returns {[Entry, File][]}
 */
export function newEntries(entries, found, firstId, allowed = "") {
  const keys = new Set([...entries].map(({ key }) => key));
  const news = new Map(found.map((each) => [keyOf(each), each]).filter(([key]) => !keys.has(key)));
  const sorted = [...news].sort(([, one], [, other]) => one.path.localeCompare(other.path, "en", { numeric: true }));
  return sorted.map(([key, { path, file }], place) => [
    { id: firstId + place, file: path, key, status: "waiting", text: "", answer: null, error: "", allowed },
    file,
  ]);
}

const keyOf = ({ path, file }) => [path, file.size, file.lastModified].join("|");

/** @param {Entry} entry @param {import("../server/api_client.js").Answer} answer of which the images are not kept @returns {Entry} */
export function answered(entry, { text, certain, doubt, message, digits, left_out, width, height }) {
  const kept = digits.map(({ digit, certain, box }) => ({ digit, certain, box }));
  const answer = { text: inLine(text), certain, doubt, message, digits: kept, left_out, width, height };
  return { ...entry, status: certain ? "certain" : "doubtful", text: certain ? answer.text : "", answer };
}

/** @param {Entry} entry @param {string} error in words @returns {Entry} */
export const failed = (entry, error) => ({ ...entry, status: "failed", error });

/** @param {Entry} entry that has failed @param {string} [allowed] @returns {Entry} to be read again */
export const waiting = (entry, allowed = "") => ({ ...entry, status: "waiting", error: "", allowed });

/** @param {Entry} entry with an answer @param {string?} written what a person reads, null if it is unreadable @returns {Entry} */
export function decided(entry, written) {
  if (written === null) return { ...entry, status: "unreadable", text: "" };
  const text = written.trim().replace(/\s+/g, " ");
  return { ...entry, status: text === entry.answer.text ? "accepted" : "corrected", text };
}

/** Whether an entry has an answer, and no decision of a person yet. */
const isOpen = ({ status }) => status === "doubtful" || status === "certain";

/**
 * Returns what a person looks at: the doubtful answers in their order, then the certain ones if they are wanted. These come in
 * an order without a rule, so that the first of them are a sample of all.
 * @param {Entry[]} entries @param {boolean} hasCertain
 */
export function toReview(entries, hasCertain) {
  const read = entries.filter(({ answer }) => answer);
  const doubtful = read.filter(({ answer }) => !answer.certain);
  const spread = ({ id }) => (id * SPREAD) % 2 ** 32;
  const certain = read.filter(({ answer }) => answer.certain).sort((one, other) => spread(one) - spread(other));
  return hasCertain ? [...doubtful, ...certain] : doubtful;
}

/** @param {Entry[]} list @param {number?} id of where to look from @returns {Entry | undefined} the next to decide on, the last ones before the first */
export function nextOpen(list, id) {
  const start = list.findIndex((entry) => entry.id === id) + 1;
  return [...list.slice(start), ...list.slice(0, start)].find(isOpen);
}

/** @param {Entry[]} list @param {number?} id null after the end of the list @returns {Entry | undefined} */
export function previous(list, id) {
  const place = list.findIndex((entry) => entry.id === id);
  return place < 0 ? list.at(-1) : list[place - 1];
}

/** @param {Entry[]} entries @returns {Record<Status, number>} how many there are, and of the certain ones that somebody looked at */
export function counts(entries) {
  const count = (condition) => entries.filter(condition).length;
  const statuses = ["waiting", "failed", "certain", "doubtful", "accepted", "corrected", "unreadable"];
  const checked = entries.filter((entry) => entry.answer?.certain && !isOpen(entry));
  return {
    ...Object.fromEntries(statuses.map((status) => [status, count((entry) => entry.status === status)])),
    checked: checked.length,
    checkedRight: checked.filter(({ status }) => status === "accepted").length,
  };
}

const COLUMNS = ["file", "text", "certain", "doubt", "status", "read", "error"];

// As nn/bulk/results.py has them: how a cell begins that a spreadsheet computes, and a cell that needs no quotes.
const FORMULA = /^(?!-[0-9]+([.,][0-9]+)?$)'*(\s*[=+\-@\uff1d\uff0b\uff0d\uff20].|[\t\r\n])/s;
const PLAIN = /^[\p{L}\p{N}_ ./\\:()-]*$/u;

/** Returns a table; the text is empty where nothing holds: not read, not decided, unreadable. @param {Entry[]} entries */
export function toCsv(entries) {
  const rows = entries.map(({ file, text, answer, status, error }) => {
    const { certain = "", doubt, text: read = "" } = answer ?? {};
    return [file, text, String(certain), doubt ?? "", status, read, error];
  });
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join()}\n`).join("");
}

function cell(text) {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return PLAIN.test(harmless) ? harmless : `"${harmless.replaceAll('"', '""')}"`;
}
