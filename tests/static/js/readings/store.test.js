import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { keepReadings, loadReadings } from "../../../../static/js/readings/reading_list.js";

const reading = (time_ms, picture = null) => ({ time_ms, picture });

const SPARE = 200_000; // characters that are left for the drawing

/** A browser's storage with room for so many characters. @returns {Map<string, string>} what it holds */
function giveStorage(room) {
  const items = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => items.get(key) ?? null,
    removeItem: (key) => items.delete(key),
    setItem(key, value) {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  };
  return items;
}

afterEach(() => delete globalThis.sessionStorage);

test("readings are kept as they are", () => {
  giveStorage(Infinity);
  assert.deepEqual(loadReadings(), []);
  assert.equal(keepReadings([reading(2), reading(1, "data:,")]), "all");
  assert.deepEqual(loadReadings(), [reading(2), reading(1, "data:,")]);
});

test("where the storage is full the oldest picture is left out first, then the oldest readings", () => {
  const large = reading(3, "x".repeat(40));
  giveStorage(SPARE + 140);
  assert.equal(keepReadings([large, reading(2, "x".repeat(40)), reading(1)]), "some");
  assert.deepEqual(loadReadings(), [large, reading(2), reading(1)]);
  giveStorage(SPARE + 60);
  assert.equal(keepReadings([reading(3), reading(2), reading(1)]), "some");
  assert.deepEqual(loadReadings(), [reading(3), reading(2)]);
});

test("they leave room for the drawing on the pad", () => {
  const items = giveStorage(SPARE + 60);
  keepReadings([reading(2), reading(1)]);
  assert.ok(items.get("inkling-readings").length < 60);
  giveStorage(SPARE);
  assert.equal(keepReadings([reading(1)]), "none");
});

test("readings that are removed are not kept, though the storage is full", () => {
  const items = giveStorage(Infinity);
  keepReadings([reading(2), reading(1)]);
  assert.equal(keepReadings([]), "all");
  assert.equal(items.size, 0);
});

test("without storage nothing is kept and nothing fails", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  assert.deepEqual(loadReadings(), []);
  assert.equal(keepReadings([reading(1)]), "none");
});
