import assert from "node:assert/strict";
import { test } from "node:test";
import { waitingEntry } from "../../../../static/js/readings/entry.js";
import { answered, answersOf } from "../../../../static/js/readings/page_lines.js";
import { readPart } from "../../../../static/js/readings/thumbnails.js";

/** An answer to lines of digits, each 30 pixels high, one line every 50. */
const page = (lines, { certain = false, ...others } = {}) => ({
  text: lines.join("\n"),
  digits: lines.flatMap((text, line) =>
    [...text].map((digit, column) => ({ digit: Number(digit), line, certain: true, doubt: null, box: [20 * column, 50 * line, 15, 30] })),
  ),
  ...{ left_out: [], doubtful_signs: [], certain, doubt: certain ? null : "unclear", width: 200, height: 200, message: "All of it." },
  ...others,
});
const certainties = (answer) => answersOf(answer).map(({ certain }) => certain);

test("a picture of three lines is three entries of one picture, one of two lines is one entry", () => {
  const entry = waitingEntry(7, "page.jpg", { key: "k" });
  const lines = answered(entry, page(["12", "3", "45"]), ["a", "b", "c"]);
  assert.deepEqual(lines.map(({ id, page: first, line, thumbnail }) => [id, first, line, thumbnail]), [
    [7, 7, 1, "a"], [7.001, 7, 2, "b"], [7.002, 7, 3, "c"],
  ]);
  assert.deepEqual(lines.map(({ answer }) => answer.text), ["12", "3", "45"]);
  assert.deepEqual(lines[2].answer.digits.map(({ digit, line }) => [digit, line]), [[4, 0], [5, 0]]);
  const [amount, ...others] = answered(entry, page(["12", "50"]), ["a"]);
  assert.deepEqual([amount.id, amount.page, amount.answer.text, amount.answer.message, others], [7, undefined, "12\n50", "All of it.", []]);
});

test("a line is certain where the page is, or where nothing of the line is doubtful", () => {
  const lines = ["12", "34", "56"];
  assert.deepEqual(certainties(page(lines, { certain: true })), [true, true, true]);
  const doubtfulDigit = page(lines);
  Object.assign(doubtfulDigit.digits[2], { certain: false, doubt: "touching" });
  assert.deepEqual(answersOf(doubtfulDigit).map(({ doubt, message }) => [doubt, message]), [
    [null, ""], ["touching", "Its digits touch."], [null, ""],
  ]);
  assert.deepEqual(certainties(page(lines, { doubtful_signs: [{ what: "gap", line: 0 }] })), [false, true, true]);
  assert.deepEqual(certainties(page(lines, { allowed: [{ misfit: null }, null, { misfit: "none_fits" }] })), [true, false, false]);
});

test("what was not read makes the line doubtful that is nearest to it, and no other", () => {
  const left_out = [{ box: [180, 55, 10, 20], why: "faint" }, { box: [0, 190, 10, 10], why: "faint" }];
  const answers = answersOf(page(["12", "34", "56"], { left_out }));
  assert.deepEqual(answers.map(({ doubt }) => doubt), [null, "ink_left_out", "ink_left_out"]);
  assert.deepEqual(answers.map((answer) => answer.left_out.length), [0, 1, 1]);
});

const box = (...sides) => ({ box: sides });

test("the part that is shown holds what was read and left out, with a margin of half a box, inside the picture", () => {
  const answer = { digits: [box(100, 50, 20, 40), box(130, 60, 20, 30)], left_out: [box(5, 70, 10, 10)], width: 160, height: 200 };
  assert.deepEqual(readPart(answer), [0, 30, 160, 80]);
});
