/** In which order a person looks at entries, the next to decide on, what came of all of them, and what would at another risk. */

import { statusOf, STATUSES } from "./entry.js";

/** @typedef {import("./entry.js").Entry} Entry */

/** Doubtful answers first, also once they are decided on: a row does not leave the person who is at it. */
function rank({ answer, error }) {
  if (answer) return answer.certain ? 2 : 0;
  return error ? 1 : 3;
}

/** @param {Entry[]} entries by their ids @returns {Entry[]} */
export const inOrder = (entries) => entries.toSorted((one, other) => rank(one) - rank(other));

/** Whether an entry has an answer, and no decision of a person yet. */
const isOpen = (entry) => ["doubtful", "certain"].includes(statusOf(entry));

/**
 * @param {Entry[]} ordered @param {Entry?} entry where to look from
 * @returns {Entry | undefined} the next to decide on: doubtful as the entry is, or certain as it is, the last before the first
 */
export function nextOpen(ordered, entry) {
  const start = 1 + ordered.findIndex(({ id }) => id === entry?.id);
  const isAlike = ({ answer }) => answer.certain === (entry?.answer?.certain ?? false);
  return [...ordered.slice(start), ...ordered.slice(0, start)].find((one) => isOpen(one) && isAlike(one));
}

/**
 * @param {Entry} entry @param {number} risk that certain answers may have
 * @returns {Entry} as if it had been read at this risk; the same where that changes nothing, and where it is unknown: for the lines
 *   of a page, and for what the browser kept before answers said from which risk on they are certain
 */
export function atRisk(entry, risk) {
  const { answer } = entry;
  const { certain_from } = answer ?? {};
  if (certain_from === undefined) return entry;
  const certain = certain_from !== null && certain_from <= risk;
  if (certain === answer.certain) return entry;
  return { ...entry, answer: { ...answer, certain, doubt: certain ? null : (answer.doubt ?? "unclear") } };
}

/** @param {Entry[]} entries @returns {Record<string, number>} how many have each status, and how many certain ones somebody looked at */
export function counts(entries) {
  const counted = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  for (const entry of entries) counted[statusOf(entry)]++;
  const checked = entries.filter((entry) => entry.answer?.certain && !isOpen(entry));
  const checkedRight = checked.filter((entry) => statusOf(entry) === "accepted");
  return { ...counted, checked: checked.length, checkedRight: checkedRight.length };
}
