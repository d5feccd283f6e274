/** A page: a picture with so many lines that each is an entry of its own, beside the same picture. */

import { translate } from "../ui/translate.js";
import { inLine, isPage, keptAnswer } from "./entry.js";

/**
 * @typedef {import("../server/api_client.js").Answer} Answer
 * @typedef {import("../server/api_client.js").Box} Box
 */

const MOST_LINES = 1000; // more than the server reads: the ids of lines lie between those of pictures

const DOUBTS = {
  ink_left_out: translate("Something beside it was not read."),
  touching: translate("Its digits touch."),
  not_a_digit: translate("Something in it does not look like a digit."),
  unclear: translate("Not every sign of it is certain."),
};

/**
 * Returns an entry with its answer, or those of its lines: they have its picture, and ids behind its own.
 * @param {import("./entry.js").Entry} entry @param {Answer} answer @param {string[]} thumbnails of each
 */
export function answered(entry, answer, thumbnails) {
  const answers = answersOf(answer);
  return answers.map((one, place) => {
    const kept = { ...keptAnswer(one), message: one.message };
    const ofEntry = { ...entry, answer: kept, thumbnail: thumbnails[place] };
    if (answers.length === 1) return ofEntry;
    return { ...ofEntry, id: entry.id + place / MOST_LINES, page: entry.id, line: place + 1 };
  });
}

/** @param {Answer} answer @returns {Answer[]} that to each line of a page, or else all of it */
export function answersOf(answer) {
  if (!isPage(answer)) return [answer];
  const texts = answer.text.split("\n");
  const lines = texts.map((_, line) => answer.digits.filter((digit) => digit.line === line));
  const nearest = ({ box }) => {
    const distances = lines.map((digits) => Math.min(...digits.map((digit) => distance(digit.box, box))));
    return distances.indexOf(Math.min(...distances));
  };
  const nearestLines = answer.left_out.map(nearest); // each piece makes one line doubtful
  return texts.map((text, line) => {
    const leftOut = answer.left_out.filter((_, place) => nearestLines[place] === line);
    return answerOfLine(answer, line, inLine(text), lines[line], leftOut);
  });
}

function answerOfLine(answer, line, text, digits, left_out) {
  const isAllowed = !answer.allowed || answer.allowed[line]?.misfit === null;
  const isSure = digits.every((digit) => digit.certain) && !answer.doubtful_signs.some((sign) => sign.line === line);
  const certain = answer.certain || (isSure && isAllowed && left_out.length === 0);
  const [ofDigit] = digits.flatMap(({ doubt }) => doubt ?? []);
  const doubt = certain ? null : (left_out.length > 0 && "ink_left_out") || ofDigit || "unclear";
  const message = certain ? "" : DOUBTS[doubt];
  return { ...answer, text, digits: digits.map((digit) => ({ ...digit, line: 0 })), left_out, certain, certain_from: undefined, doubt, message };
}

/** @param {Box} one @param {Box} other @returns {number} pixels between their middles, down counted twice: lines are wide */
const distance = ([x, y, across, down], [left, top, width, height]) =>
  Math.hypot(x + across / 2 - left - width / 2, 2 * (y + down / 2 - top - height / 2));
