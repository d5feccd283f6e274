import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { keepReadings, loadReadings } from "../../../../static/js/readings/store.js";

const reading = (time_ms, picture = null) => ({ time_ms, picture });

/** A browser's storage with room for so many characters. */
function giveStorage(room) {
  const items = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem(key, value) {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  };
}

afterEach(() => delete globalThis.sessionStorage);

test("readings are kept as they are", () => {
  giveStorage(Infinity);
  assert.deepEqual(loadReadings(), []);
  assert.equal(keepReadings([reading(2), reading(1, "data:,")]), "all");
  assert.deepEqual(loadReadings(), [reading(2), reading(1, "data:,")]);
});

test("where the storage is full the oldest picture is left out first, then the oldest readings", () => {
  giveStorage(100);
  assert.equal(keepReadings([reading(3, "x".repeat(40)), reading(2, "x".repeat(40)), reading(1)]), "some");
  assert.deepEqual(loadReadings(), [reading(3), reading(2), reading(1)]);
  giveStorage(60);
  assert.equal(keepReadings([reading(3), reading(2), reading(1)]), "some");
  assert.deepEqual(loadReadings(), [reading(3), reading(2)]);
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
  giveStorageWithoutRoom();
  assert.equal(keepReadings([reading(1)]), "none");
});

function giveStorageWithoutRoom() {
  delete globalThis.sessionStorage;
  giveStorage(-1);
}
