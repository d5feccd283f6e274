import assert from "node:assert/strict";
import { test } from "node:test";
import { readingOf } from "../../../../static/js/draw/contest.js";

test("what looks like no digit is read as none, a doubtful digit as itself, and several not at all", () => {
  const digit = (doubt) => ({ digit: 3, doubt });
  assert.equal(readingOf({ digits: [digit("not_a_digit")] }), null);
  assert.equal(readingOf({ digits: [digit("unclear")] }), 3);
  assert.equal(readingOf({ digits: [digit(null)] }), 3);
  assert.equal(readingOf({ digits: [digit(null), digit(null)] }), undefined);
});
