import assert from "node:assert/strict";
import { test } from "node:test";
import { asksAboutGaps, withChoice } from "../../../../static/js/draw/answer_view.js";

const GAP = { what: "gap", line: 0, position: 1 };
const digits = (...values) => values.map((digit) => ({ digit, certain: true, line: 0 }));
const answer = (changes = {}) => ({
  text: "27", text_apart: "2\n7", digits: digits(2, 7), doubtful_signs: [GAP], left_out: [], certain: false, doubt: "unclear",
  ...changes,
});

test("the page asks about a gap where nothing else is doubtful", () => {
  assert.ok(asksAboutGaps(answer()));
  for (const changes of [
    { text_apart: null, doubtful_signs: [] },
    { doubtful_signs: [GAP, { what: "missing_sign", line: 0, position: null }] },
    { digits: [{ digit: 2, certain: false, line: 0 }, ...digits(7)] },
    { left_out: [{ box: [0, 0, 1, 1], why: "faint" }] },
  ]) {
    assert.ok(!asksAboutGaps(answer(changes)), JSON.stringify(changes));
  }
});

test("an answer of an older server, without these members, asks nothing", () => {
  const { text_apart, doubtful_signs, ...old } = answer();
  assert.ok(!asksAboutGaps(old));
});

test("what was chosen is certain, and its digits are in its lines", () => {
  const apart = withChoice(answer({ text_apart: "2\n-7.3", digits: digits(2, 7, 3) }), "2\n-7.3");
  assert.deepEqual([apart.text, apart.certain, apart.doubt], ["2\n-7.3", true, null]);
  assert.deepEqual(apart.digits.map(({ line }) => line), [0, 1, 1]);
  assert.equal(apart.message, "Chosen: 2 and -7.3 apart.");
});

test("chosen as one number, the digits stay in one line", () => {
  const whole = withChoice(answer(), "27");
  assert.deepEqual(whole.digits.map(({ line }) => line), [0, 0]);
  assert.equal(whole.message, "Chosen: 27.");
});
