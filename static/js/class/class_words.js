/** Every text that the class page's scripts write. */

import { activationText } from "../ui/format.js";
import { formatNumber, translate, translatePlural } from "../ui/translate.js";

const percent = (share) => formatNumber(100 * share, 1);

export const words = {
  /** @param {number} number of the sheet, from 1 */
  sheet: (number) => translate("Sheet {number}", { number }),
  removeSheet: (number) => translate("Remove sheet {number}", { number }),

  /** @param {number} number of the row, from 1 */
  row: (number) => translate("Row {number}", { number }),

  /** Of a box without a digit that was read. */
  empty: translate("empty"),
  removed: translate("removed"),
  unread: translate("not read"),

  waiting: translate("Waits for its turn"),
  added: (count, empty) =>
    translate("{digits}, {empty}.", {
      digits: translatePlural("{count} digit found", "{count} digits found", count),
      empty: translatePlural("{count} box is empty", "{count} boxes are empty", empty),
    }),
  again: (number) => translate("This looks like sheet {number} again.", { number }),
  replace: (number) => translate("Replace sheet {number} and its corrections", { number }),

  kept: {
    all: translate("Kept in this tab of your browser until you close it, and nowhere else."),
    digits: translate("The digits are kept in this tab of your browser until you close it, but the photographs only until you leave this page: there is no room for them."),
    none: translate("This browser keeps nothing: the digits are gone when you leave this page. Save them first."),
  },
  score: (n_right, n_total) => translate("{right} of {total} right", { right: formatNumber(n_right), total: formatNumber(n_total) }),
  accuracy: (share, [low, high]) =>
    translate("{percent} % (with many more digits: probably {low} to {high} %)", {
      percent: percent(share),
      low: formatNumber(100 * low),
      high: formatNumber(100 * high),
    }),
  activation: (activation) => translate("{percent} %", { percent: activationText(100 * activation, 1, 100) }),

  notRead: translate("did not read these sheets"),
  hidden: translate("hidden until you bet"),
  mistakes: (count, { n_right, n_total }) =>
    translate("Read wrongly: {count}. Certain answers: {certain}, of them right: {right}", {
      count: formatNumber(count),
      certain: formatNumber(n_total),
      right: formatNumber(n_right),
    }),
  cell: (label, read, count) =>
    label === read
      ? translatePlural("{label} read right: {count} picture", "{label} read right: {count} pictures", count, { label })
      : translatePlural("{label} read as {read}: {count} picture", "{label} read as {read}: {count} pictures", count, { label, read }),
  ofRow: (n_right, n_total) => translate("{right} of {total}", { right: formatNumber(n_right), total: formatNumber(n_total) }),

  /** What a network read, for people who do not see the picture. */
  reading({ label, digit, certain }) {
    const values = { label, digit };
    if (certain) {
      return label === digit
        ? translate("{label}, read right", values)
        : translate("{label}, read as {digit}, and certain", values);
    }
    return label === digit
      ? translate("{label}, read right, not certain", values)
      : translate("{label}, read as {digit}, not certain", values);
  },
  pupil: (pupil) => translate("Pupil {pupil}", { pupil }),
  group: (letter) => translate("Group {letter}", { letter }),
  noneOf: (digit) => translate("There is no {digit} on your sheets.", { digit }),
  column: (column) => translate("Column {column}", { column }),

  emptyBox: translate("Empty: no ink was found in this box."),
  removedBox: translate("Removed: it does not count."),
  corrected: (column, label) => translate("The sheet asks for a {column} here; it was a {label}.", { column, label }),
  noted: (label) => translate("Noted: it was {text}.", { text: label }),

  boxRemoved: translate("The digit is removed. Undo brings it back."),
  sheetRemoved: translate("The sheet is removed. Undo brings it back."),
  undone: translate("Undone"),
  forget: translate("Forget all sheets, photographs and corrections? This cannot be undone."),
  forgotten: translate("Everything is forgotten."),

  /** What the frames on a photograph mean, for people who do not see it. */
  marks: ({ filled, wrong, doubtful, empty }) =>
    translate("The photograph with its boxes: {filled} filled, of them {wrong} read wrongly and {doubtful} not certain; {empty} empty", {
      filled,
      wrong,
      doubtful,
      empty,
    }),
};
