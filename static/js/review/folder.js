/** The pictures of a folder: which of its files are read, in which order a person looks at them, and what came of all of them. */

import { inLine, keptAnswer, statusOf, STATUSES } from "../readings/entry.js";

/**
 * @typedef {import("../readings/entry.js").Entry & {key: string, allowed: string}} Entry its file is a path in the folder; the key
 *   tells files from each other; allowed is what the picture may show, as of `requestAnswer`
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
  const news = new Map(found.map((one) => [keyOf(one), one]).filter(([key]) => !keys.has(key)));
  const sorted = [...news].sort(([, one], [, other]) => one.path.localeCompare(other.path, "en", { numeric: true }));
  const unread = { answer: null, correction: null, error: "", allowed };
  return sorted.map(([key, { path, file }], place) => [{ id: firstId + place, file: path, key, ...unread }, file]);
}

const keyOf = ({ path, file }) => [path, file.size, file.lastModified].join("|");

/** @param {Entry} entry @param {import("../server/api_client.js").Answer} answer whose sentence is kept: it says why it is doubtful @returns {Entry} */
export const answered = (entry, answer) => ({ ...entry, answer: { ...keptAnswer(answer), message: answer.message } });

/** @param {Entry} entry with an answer @param {string?} text that a person reads, null if it is unreadable @returns {Entry} */
export const decided = (entry, text) => ({ ...entry, correction: text === null ? "" : inLine(text) });

/** Whether an entry has an answer, and no decision of a person yet. */
const isOpen = (entry) => ["doubtful", "certain"].includes(statusOf(entry));

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

/** @param {Entry[]} entries @returns {Record<string, number>} how many have each status, and how many certain ones somebody looked at */
export function counts(entries) {
  const counted = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  for (const entry of entries) counted[statusOf(entry)]++;
  const checked = entries.filter((entry) => entry.answer?.certain && !isOpen(entry));
  const checkedRight = checked.filter((entry) => statusOf(entry) === "accepted");
  return { ...counted, checked: checked.length, checkedRight: checkedRight.length };
}
