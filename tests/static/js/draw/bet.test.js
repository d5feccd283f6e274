import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { guessOf, scoreOf, Tally } from "../../../../static/js/draw/bet.js";
import { giveStorage } from "../storage.mjs";

test("where the truth is known each is right by itself", () => {
  assert.deepEqual(scoreOf(4, 9, 9), { class: false, network: true });
  assert.deepEqual(scoreOf(4, 9, 4), { class: true, network: false });
  assert.deepEqual(scoreOf(7, 7, 1), { class: false, network: false });
  assert.deepEqual(scoreOf(null, 8, null), { class: true, network: false });
});

test("where it is not known both are right if they agree, else somebody has to say", () => {
  assert.deepEqual(scoreOf(0, 0, undefined), { class: true, network: true });
  assert.deepEqual(scoreOf(null, null, undefined), { class: true, network: true });
  assert.equal(scoreOf(0, 6, undefined), null);
  assert.equal(scoreOf(0, null, undefined), null);
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
