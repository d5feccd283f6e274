/** What the network of lines reads in the columns of a strip, in rows, places and sentences. */

import { activationText } from "../ui/format.js";
import { translate } from "../ui/translate.js";

/**
 * @typedef {[string, number][]} Likeliest at most three signs with their probabilities, the likeliest first
 * @typedef {{first: number, last: number, likeliest: Likeliest, agrees: boolean?}} Sign with its first and last column
 * @typedef {{lines: number[], image: string, box: import("../server/api_client.js").Box, frames: Likeliest[], signs: Sign[]}} Strip
 */

export const BLANK = "blank"; // no sign
const ORDER = "0123456789.,-?";
export const LEAST = 0.01; // of the probabilities that are shown
const FAINT = 0.25;
const NAMES = {
  ".": translate("point"),
  ",": translate("comma"),
  "-": translate("minus"),
  "?": translate("another sign"),
  [BLANK]: translate("blank"),
};

/** @param {string} sign @returns {string} its name in a sentence */
export const nameOf = (sign) => NAMES[sign] ?? sign;

const isDigit = ({ likeliest: [[sign]] }) => /[0-9]/.test(sign);

/** @param {Strip} strip @returns {string[]} the signs that occur in its columns, the blank last */
export function rowsOf({ frames }) {
  const occurring = new Set(frames.flatMap((likeliest) => likeliest.filter(([, chance]) => chance >= LEAST).map(([sign]) => sign)));
  return [...ORDER].filter((sign) => occurring.has(sign)).concat(BLANK);
}

/**
 * @param {Strip} strip @param {string[]} rows
 * @returns {number[]} by row: how bright its sign is in each column, by the root of its probability, so that a runner-up is seen;
 *   a blank is faint
 */
export const levelsOf = ({ frames }, rows) =>
  rows.flatMap((row) => {
    const most = row === BLANK ? FAINT : 1;
    return frames.map((likeliest) => most * Math.sqrt(likeliest.find(([sign]) => sign === row)?.[1] ?? 0));
  });

/** @param {Strip} strip @returns {number[]} by sign: the first column that is nearer to the next one */
export const bordersOf = ({ signs, frames }) =>
  signs.map(({ last }, place) => (place + 1 < signs.length ? Math.ceil((last + signs[place + 1].first + 1) / 2) : frames.length));

/** Returns the sign of the strip that a digit of the answer is, of one digit the first that is read. @param {number} place */
export function signOfDigit({ lines, signs }, digits, place) {
  const ofStrip = digits.filter(({ line }) => lines.includes(line));
  return signs.filter(isDigit)[Math.max(0, ofStrip.indexOf(digits[place]))] ?? signs[0];
}

const share = ([sign, chance]) =>
  translate("{sign}, {percent} %", { sign: nameOf(sign), percent: activationText(100 * chance, 0, 100) });

/** @param {Likeliest} likeliest @returns {string} such as "4, 64 %; 9, 35 %" */
export const inWords = (likeliest) => likeliest.map(share).join("; ");

/** @param {Sign} sign @returns {string} such as "2, 98 %, columns 4 to 6; perhaps 7, 1 %" */
export function sentenceOf({ first, last, likeliest: [best, ...others] }) {
  const values = { sign: share(best), first: first + 1, last: last + 1 };
  const read = first === last ? translate("{sign}, column {first}", values) : translate("{sign}, columns {first} to {last}", values);
  const likely = others.filter(([, chance]) => chance >= LEAST);
  return likely.length === 0 ? read : translate("{read}; perhaps {others}", { read, others: inWords(likely) });
}

/** @param {Strip} strip @returns {string[]} where two readings part, in sentences */
export function partings({ signs }) {
  const differing = signs.filter(({ agrees }) => agrees === false).map(({ first, likeliest: [[sign]] }) =>
    translate("Column {column}: the network of lines reads {sign}, the network of digits another digit.", {
      column: first + 1,
      sign,
    }),
  );
  const second = secondText(signs);
  return second ? [...differing, second] : differing;
}

/** The next likeliest text, which has one other sign. */
function secondText(signs) {
  const runnerUp = ({ likeliest: [, second] }) => second?.[1] ?? 0;
  const place = signs.reduce((best, sign, each) => (runnerUp(sign) > runnerUp(signs[best]) ? each : best), 0);
  if (signs.length < 2 || runnerUp(signs[place]) < LEAST) return null;
  const [sign, chance] = signs[place].likeliest[1];
  const text = signs.map(({ likeliest: [[read]] }, each) => (each === place ? sign.replace(BLANK, "") : read)).join("");
  return translate("Next likeliest: {reading}.", { reading: share([text, chance]) });
}
