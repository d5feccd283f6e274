/** The files that people give: which of a folder are there, which are new, and the entries that they become. */

import { waitingEntry } from "./entry.js";

/** @typedef {{path: string, file: File}} Found */

/** @param {Iterable<File>} files that were chosen, alone or in a folder @returns {Found[]} */
export const named = (files) => [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));

/** @param {FileSystemEntry[]} dropped files and folders @returns {Promise<Found[]>} also what is in the folders */
export const filesOfAll = async (dropped) => (await Promise.all(dropped.map(filesOf))).flat();

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

/** Returns what tells files from each other: the same folder can be chosen again. */
const keyOf = ({ path, file }) => [path, file.size, file.lastModified].join("|");

/**
 * Returns entries for the files that are not there yet, and for those that could not be read. Hidden files are of the system.
 * @param {import("./entry.js").Entry[]} entries that are there
 * @param {() => number} newId
 * @returns {[import("./entry.js").Entry, File][]}
 */
export function newEntries(entries, found, newId, allowed = "") {
  const before = new Map(entries.map((entry) => [entry.key, entry]));
  const isNew = (one) => before.get(keyOf(one))?.error !== "" && !one.path.split("/").at(-1).startsWith(".");
  const news = new Map(found.filter(isNew).map((one) => [keyOf(one), one]));
  const sorted = [...news].sort(([, one], [, other]) => one.path.localeCompare(other.path, "en", { numeric: true }));
  return sorted.map(([key, { path, file }]) => [waitingEntry(before.get(key)?.id ?? newId(), path, { key, allowed }), file]);
}
