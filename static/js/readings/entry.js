/**
 * An entry: a picture or a drawing, the answer to it, and what a person says of it. The last readings, the pictures of a review and
 * the boxes of a class's sheets are saved as entries.
 */

/**
 * @typedef {"waiting" | "failed" | "certain" | "doubtful" | "accepted" | "corrected" | "unreadable"} Status the last three are a
 *   person's decisions
 * @typedef {{text: string, certain: boolean, certain_from?: number?, doubt: string?, model: string,
 *   digits: import("../server/api_client.js").Digit[], left_out: object[], width: number, height: number}} Answer
 * @typedef {{id: number, file: string?, answer: Answer?, correction: string?, error: string,
 *   key?: string, allowed?: string, thumbnail?: string, page?: number, line?: number}} Entry is replaced and never changed.
 *   The file is null for a drawing. The correction is what a person says was written, "" for writing that is unreadable, null
 *   before it is decided. The answer is null, and the error says why, for what could not be read. The lines of a page have the id
 *   of its first one, which has their picture, as their page, and their places from 1
 */

export const STATUSES = ["waiting", "failed", "certain", "doubtful", "accepted", "corrected", "unreadable"];

/** @param {Entry} entry @returns {Status} */
export function statusOf({ answer, correction, error }) {
  if (error) return "failed";
  if (!answer) return "waiting";
  if (correction === null) return answer.certain ? "certain" : "doubtful";
  if (correction === "") return "unreadable";
  return correction === inLine(answer.text) ? "accepted" : "corrected";
}

/** @param {Entry} entry @returns {string} the accepted reading: a certain answer or a correction; "" where there is neither */
export const textOf = ({ answer, correction }) => correction ?? (answer?.certain ? inLine(answer.text) : "");

/** @param {string} text in lines, or as a person types it @returns {string} the same in one line */
export const inLine = (text) => text.trim().replace(/\s+/g, " ");

/** What is shown in place of a guess that is no better than another. */
export const NO_DIGIT = "?";

const MIN_LINES = 3; // of a page: an amount may have its cents below it

/** @param {{text?: string}} answer @returns {boolean} whether it is to a page, each line of which is an entry of its own */
export const isPage = ({ text = "" }) => text.split("\n").length >= MIN_LINES;

/** @param {{digits: object[]}} answer @returns {boolean} whether it is to one picture of no digit */
export const isNoDigit = ({ digits }) => digits.length === 1 && digits[0].doubt === "not_a_digit";

/** @param {number} id @param {string} file its name @returns {Entry} one that waits to be read */
export const waitingEntry = (id, file, others) => ({ id, file, answer: null, correction: null, error: "", ...others });

/** Returns what is kept of an answer of the server: not its sentence, which is in the language of the page, nor the stages. */
export function keptAnswer({ text, digits, certain, certain_from, doubt, model, left_out, width, height }) {
  return { text, digits, certain, certain_from, doubt, model, left_out, width, height };
}
