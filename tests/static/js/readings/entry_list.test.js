import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { EntryList, TabStore } from "../../../../static/js/readings/entry_list.js";
import { loadReadings, readingList, reduced } from "../../../../static/js/readings/collector.js";
import { giveStorage } from "../storage.mjs";

const SPARE = 200_000; // characters that are left for the drawing
const entry = (id, others = {}) => ({ id, ...others });
const ids = (list) => list.all.map(({ id }) => id);
const storeOf = (lessAndLess = (all) => [all]) => new TabStore("key", lessAndLess, 0);

afterEach(() => delete globalThis.sessionStorage);

test("entries lie by their ids, and no id is given twice, not even one of an entry that is gone", () => {
  const list = new EntryList(storeOf(), [entry(5), entry(3)]);
  assert.deepEqual(ids(list), [3, 5]);
  list.take(5);
  assert.deepEqual([list.newId(), list.newId(1000), list.newId(1000)], [6, 1000, 1001]);
});

test("corrections and removals are undone, the last first, whatever came meanwhile", () => {
  const list = new EntryList(storeOf(), [1, 2, 3].map((id) => entry(id)));
  list.correct([entry(1, { correction: "7" })]);
  list.remove([2, 3]);
  list.put([entry(4)]);
  assert.deepEqual([ids(list), list.undoable], [[1, 4], [entry(2), entry(3)]]);
  list.undo();
  assert.deepEqual(list.all, [entry(1, { correction: "7" }), entry(2), entry(3), entry(4)]);
  list.undo();
  assert.deepEqual([list.find(1), list.undoable], [entry(1), []]);
  list.undo();
  assert.deepEqual(ids(list), [1, 2, 3, 4]);
});

test("undo does not bring back what was taken out or forgotten", async () => {
  const list = new EntryList(storeOf(), [entry(1), entry(2)]);
  list.correct([entry(1, { correction: "7" })]);
  list.take(1);
  assert.deepEqual([ids(list), list.undoable], [[2], []]);
  list.remove([2]);
  await list.clear();
  list.undo();
  assert.deepEqual(list.all, []);
});

test("a tab keeps each change, and as much as there is room for", async () => {
  const items = giveStorage(55);
  const store = storeOf((all) => [all, all.slice(1)]);
  const list = new EntryList(store);
  list.put([entry(1, { text: "x".repeat(30) })]); // 48 characters
  assert.equal(store.kept, "all");
  list.put([entry(2)]);
  assert.deepEqual([store.kept, store.load()], ["some", [entry(2)]]);
  list.put([entry(3, { text: "x".repeat(80) })]);
  assert.deepEqual([store.kept, store.load()], ["none", []]);
  await list.clear();
  assert.deepEqual([store.kept, items.size], ["all", 0]);
});

test("where the browser forbids storage nothing is kept, and nothing fails", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  const store = storeOf((all) => [all, all.slice(1)]);
  const list = new EntryList(store, store.load());
  list.put([entry(1), entry(2)]);
  assert.deepEqual([ids(list), store.kept], [[1, 2], "none"]);
});

test("the pictures of entries are held in memory until all are forgotten", async () => {
  const list = new EntryList(storeOf());
  list.put([entry(1)], new Map([[1, "picture"]]));
  assert.equal(list.store.picture(1), "picture");
  await list.clear();
  assert.equal(list.store.picture(1), undefined);
});

const reading = (id, picture = null) => ({ id, picture, file: null, correction: null, error: "" });

test("of the last readings two thousand are kept, and the oldest gives way", () => {
  const list = readingList();
  list.put(Array.from({ length: 2001 }, (_, place) => reading(1 + place)));
  assert.deepEqual([list.all.length, list.all[0].id], [2000, 2]);
  assert.equal(list.find(1), undefined);
});

test("where large pictures take too much room the oldest picture goes, and its reading stays", () => {
  const list = readingList();
  for (const id of [1, 2, 3]) list.put([reading(id, "x".repeat(900_000))]);
  assert.deepEqual(list.all.map(({ picture }) => picture !== null), [false, true, true]);
  assert.deepEqual(reduced([reading(1), reading(2), reading(3)]), [reading(3)]); // the older half, and fewer steps
  assert.deepEqual(reduced([]), []);
});

test("where the tab is full the oldest picture is left out first, then the oldest readings", () => {
  const [first, second] = [reading(1), reading(2, "x".repeat(150))];
  giveStorage(SPARE + 240);
  const list = readingList();
  list.put([first, second, reading(3)]);
  assert.deepEqual(loadReadings(), [first, reading(2), reading(3)]);
  giveStorage(SPARE + 150);
  list.put([reading(4)]);
  assert.deepEqual(loadReadings(), [reading(3), reading(4)]);
  assert.equal(list.store.kept, "some");
});
