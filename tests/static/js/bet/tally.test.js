import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Tally } from "../../../../static/js/draw/bet.js";

let kept;

beforeEach(() => {
  kept = new Map();
  globalThis.sessionStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
});
afterEach(() => delete globalThis.sessionStorage);

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

test("what somebody else has kept there is no score, and a browser that keeps nothing is no fault", () => {
  for (const other of ['"text"', "[null, 3]", "{", "null"]) {
    kept.set("bets", other);
    assert.equal(new Tally("bets").count, 0);
  }
  globalThis.sessionStorage = {
    getItem() {
      throw new DOMException("denied", "SecurityError");
    },
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  const tally = new Tally("bets");
  tally.add({ class: true });
  assert.equal(tally.right("class"), 1);
});
