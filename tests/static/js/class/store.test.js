import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, test } from "node:test";
import { ClassDigits, digitsOf, forgetSheets, keepSheets, loadSheets, relabelled, withRemoved } from "../../../../static/js/class/sheets.js";
import { ink, sheet } from "./sheets.mjs";

const SPARE = 500_000; // characters that are left for the other pages

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

const SHEETS = [sheet(1, [{ label: 7, pupil: 3 }, { label: 1, pupil: 4, image: ink(0, 0) }, { image: null }])];

afterEach(() => delete globalThis.sessionStorage);

test("sheets are kept as they are, until they are forgotten", () => {
  const items = giveStorage(Infinity);
  assert.deepEqual(loadSheets(), []);
  assert.equal(keepSheets(SHEETS), "all");
  assert.deepEqual(loadSheets(), SHEETS);
  forgetSheets();
  assert.equal(items.size, 0);
  keepSheets(SHEETS);
  keepSheets([]);
  assert.equal(items.size, 0);
});

test("where the storage is full the photographs give way, then the cut-outs, then all of it", () => {
  const large = (sheets, changes) => sheets.map((each) => ({ ...each, ...changes }));
  const photographed = large(SHEETS, { photograph: "x".repeat(10_000) });
  giveStorage(SPARE + 8_000);
  assert.equal(keepSheets(photographed), "digits");
  assert.deepEqual(loadSheets(), large(SHEETS, { photograph: null }));
  const boxes = SHEETS[0].boxes.map((box) => ({ ...box, cutOut: "x".repeat(4_000) }));
  giveStorage(SPARE + 8_000);
  assert.equal(keepSheets(large(photographed, { boxes })), "digits");
  assert.deepEqual(loadSheets()[0].boxes.map(({ cutOut }) => cutOut), [null, null, null]);
  const items = giveStorage(SPARE + 1_000);
  assert.equal(keepSheets(photographed), "none");
  assert.equal(items.size, 0);
});

test("a browser that forbids storage, or what another page has put there, is no trouble", () => {
  assert.deepEqual(loadSheets(), []);
  assert.equal(keepSheets(SHEETS), "none");
  const items = giveStorage(Infinity);
  items.set("inkling-class", "{");
  assert.deepEqual(loadSheets(), []);
});

test("the other pages get the pixels and labels of the digits, as corrected", () => {
  giveStorage(Infinity);
  keepSheets(relabelled(SHEETS, "1-0", 2));
  const digits = new ClassDigits();
  const { images, labels } = digits.load();
  assert.deepEqual(labels, [2, 1]);
  assert.equal(images.length, 2 * 784);
  assert.deepEqual([images[784], images[4 * 28 + 4], images[0]], [255, 255, 0]);
  keepSheets(withRemoved(SHEETS, "1-0", true));
  assert.deepEqual(digits.load().labels, [1]);
  forgetSheets();
  assert.deepEqual(digits.load(), { images: new Uint8Array(0), labels: [] });
  digits.close();
});

test("a tab without sheets gets the digits of another that is open, until that forgets them", async () => {
  giveStorage(Infinity);
  let kept = digitsOf(SHEETS);
  const owner = new ClassDigits(() => kept);
  const other = new ClassDigits();
  await once(other, "change");
  assert.deepEqual([other.load().labels, other.load().images.length], [[7, 1], 2 * 784]);
  kept = [];
  owner.share();
  await once(other, "change");
  assert.deepEqual(other.load().labels, []);
  for (const each of [owner, other]) each.close();
});
