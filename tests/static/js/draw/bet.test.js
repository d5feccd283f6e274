import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { guessOf, readingOf, Round, Tally } from "../../../../static/js/draw/bet.js";
import { giveStorage } from "../storage.mjs";

function settled(bet, reading) {
  const round = new Round();
  round.place(bet);
  round.take(reading);
  return round;
}

test("it is settled when both are there, whichever comes first", () => {
  const slow = new Round();
  slow.place(4);
  assert.equal(slow.isSettled, false);
  slow.take(9);
  assert.equal(slow.isSettled, true);
  const quick = new Round();
  quick.take(null);
  assert.equal(quick.isSettled, false);
  quick.place(null);
  assert.equal(quick.isSettled, true);
});

test("until it is settled a bet and a reading can be replaced, then neither", () => {
  const round = new Round();
  round.place(4);
  round.place(9);
  round.take(7);
  round.place(7);
  round.take(9);
  assert.deepEqual([round.bet, round.reading], [9, 7]);
});

test("where the truth is known each is right by itself", () => {
  assert.deepEqual(settled(4, 9).score(9), { class: false, network: true });
  assert.deepEqual(settled(4, 9).score(4), { class: true, network: false });
  assert.deepEqual(settled(7, 7).score(1), { class: false, network: false });
  assert.deepEqual(settled(null, 8).score(null), { class: true, network: false });
});

test("where it is not known both are right if they agree, else somebody has to say", () => {
  assert.deepEqual(settled(0, 0).score(undefined), { class: true, network: true });
  assert.deepEqual(settled(null, null).score(undefined), { class: true, network: true });
  assert.equal(settled(0, 6).score(undefined), null);
  assert.equal(settled(0, null).score(undefined), null);
});

test("what looks like no digit is read as none, a doubtful digit as itself, and several not at all", () => {
  const digit = (doubt) => ({ digit: 3, doubt });
  assert.equal(readingOf({ digits: [digit("not_a_digit")] }), null);
  assert.equal(readingOf({ digits: [digit("unclear")] }), 3);
  assert.equal(readingOf({ digits: [digit(null)] }), 3);
  assert.equal(readingOf({ digits: [digit(null), digit(null)] }), undefined);
});

test("buttons are named by digits, and none for no digit", () => {
  assert.equal(guessOf("0"), 0);
  assert.equal(guessOf("none"), null);
});

beforeEach(() => giveStorage());

test("it counts who was right, and a tab keeps it over a reload", () => {
  const tally = new Tally("bets");
  tally.add({ class: true, network: false });
  tally.add({ class: true, network: true });
  const reloaded = new Tally("bets");
  assert.deepEqual([reloaded.count, reloaded.right("class"), reloaded.right("network")], [2, 2, 1]);
});

test("the last score can be corrected, and all reset", () => {
  const tally = new Tally("bets");
  tally.add({ class: true });
  tally.add({ class: true });
  tally.correct({ class: false });
  assert.deepEqual([tally.count, tally.right("class")], [2, 1]);
  tally.reset();
  assert.deepEqual([tally.count, new Tally("bets").count], [0, 0]);
});

test("what somebody else has kept there is no score", () => {
  for (const other of ['"text"', "[null, 3]", "{", "null"]) {
    giveStorage().set("bets", other);
    assert.equal(new Tally("bets").count, 0);
  }
});
