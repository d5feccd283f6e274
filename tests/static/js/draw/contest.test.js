import assert from "node:assert/strict";
import { test } from "node:test";
import { guessIn } from "../../../../static/js/draw/contest.js";

test("what looks like no digit is read as none, a doubtful digit as itself, and several not at all", () => {
  const digit = (doubt) => ({ digit: 3, doubt });
  assert.equal(guessIn({ digits: [digit("not_a_digit")] }), null);
  assert.equal(guessIn({ digits: [digit("unclear")] }), 3);
  assert.equal(guessIn({ digits: [digit(null)] }), 3);
  assert.equal(guessIn({ digits: [digit(null), digit(null)] }), undefined);
});
