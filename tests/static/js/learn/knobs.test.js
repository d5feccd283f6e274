import assert from "node:assert/strict";
import { test } from "node:test";
import { linkQuery, positionOf, readKnobs, tellingKnobs, valueAt, withOther } from "../../../../static/js/learn/knobs.js";
import { KNOBS } from "../../../../static/js/state.js";
import { usualKnobs } from "./runs.mjs";

const read = (query) => readKnobs(new URLSearchParams(query));
const changed = (changes) => ({ ...usualKnobs(), ...changes });

test("an address without knobs has the usual ones, and they are not in the address", () => {
  const { knobs, refused, hidden } = read("");
  assert.deepEqual([knobs, refused, hidden], [usualKnobs(), [], []]);
  assert.equal(linkQuery(knobs, []), "");
});

test("what is written to the address is read from it", () => {
  const knobs = changed({ hidden: 100, rate: 0.05, batch: 1, penalty: 0, wrong: 50, seed: 4294967295, digits: "half", start: "zero" });
  const query = linkQuery(knobs, ["rate", "seed"]);
  assert.match(query, /hide=rate,seed$/);
  assert.deepEqual(read(query), { knobs, refused: [], hidden: ["rate", "seed"] });
});

for (const [query, name, value] of [
  ["hidden=1000", "hidden", 100],
  ["hidden=0", "hidden", 1],
  ["hidden=2.6", "hidden", 3],
  ["rate=-1", "rate", 0.001],
  ["rate=NaN", "rate", 3],
  ["rate=Infinity", "rate", 3],
  ["rate=", "rate", 3],
  ["rate=%20", "rate", 3],
  ["epochs=1e9", "epochs", 30],
  ["seed=-1", "seed", 0],
  ["digits=__proto__", "digits", "all"],
  ["start=given", "start", "random"],
]) {
  test(`${query} becomes ${value}, and the page says so`, () => {
    const { knobs, refused } = read(query);
    assert.equal(knobs[name], value);
    assert.deepEqual(refused, [name]);
  });
}

test("knobs that do not exist are neither read nor hidden", () => {
  const { knobs, hidden } = read("layers=3&hide=layers,rate,,constructor");
  assert.deepEqual(knobs, usualKnobs());
  assert.deepEqual(hidden, ["rate"]);
});

test("a run is trained beside with the other value of a choice, and of nothing else", () => {
  assert.equal(withOther(usualKnobs(), "cost").cost, "cross-entropy");
  assert.equal(withOther(changed({ activation: "relu" }), "activation").activation, "sigmoid");
  for (const name of ["rate", "other", "constructor", null]) assert.equal(withOther(usualKnobs(), name), null);
});

test("a run is named by four knobs, and by what is unusual", () => {
  assert.deepEqual(tellingKnobs(usualKnobs()), ["hidden", "rate", "batch", "epochs"]);
  assert.deepEqual(tellingKnobs(changed({ start: "zero" })).at(-1), "start");
});

test("a slider reaches both ends, and gives the value back that it stands at", () => {
  const { rate, batch, hidden } = KNOBS;
  assert.deepEqual([valueAt(rate, 0), valueAt(rate, 100)], [0.001, 30]);
  assert.deepEqual([valueAt(batch, 0), valueAt(batch, 100)], [1, 1000]);
  assert.equal(valueAt(hidden, positionOf(hidden, 37)), 37);
  for (let position = 0; position <= 100; position++) assert.equal(positionOf(rate, valueAt(rate, position)), position);
});
