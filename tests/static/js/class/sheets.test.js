import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";
import { ClassDigits, ClassSheets, digitsOf, entriesOf, loadSheets, sameSheet } from "../../../../static/js/class/sheets.js";
import { labelledDigits } from "../../../../static/js/readings/export.js";
import { ink, reading, sheet } from "./sheets.mjs";
import { giveStorage } from "../storage.mjs";

const EMPTY = { image: null };
const written = (digits) => digits.load().map(({ label }) => label);
const SPARE = 500_000; // characters that are left for the other pages

const SHEETS = [sheet(1, [{ label: 7, pupil: 3 }, { label: 1, pupil: 4, image: ink(0, 0) }, { image: null }])];

beforeEach(() => giveStorage(Infinity));
afterEach(() => delete globalThis.sessionStorage);

/** Puts sheets into the tab, in place of what it keeps. */
function keep(sheets) {
  sessionStorage.removeItem("inkling-class");
  const kept = new ClassSheets();
  kept.put(sheets);
  return kept.store.kept;
}

test("where the storage is full the photographs give way, then the cut-outs, then all of it", () => {
  const large = (sheets, changes) => sheets.map((sheet) => ({ ...sheet, ...changes }));
  const photographed = large(SHEETS, { photograph: "x".repeat(10_000) });
  giveStorage(SPARE + 8_000);
  assert.equal(keep(photographed), "some");
  assert.deepEqual(loadSheets(), large(SHEETS, { photograph: null }));
  assert.equal(new ClassSheets().store.kept, "some"); // also after a reload
  const boxes = SHEETS[0].boxes.map((box) => ({ ...box, cutOut: "x".repeat(4_000) }));
  assert.equal(keep(large(photographed, { boxes })), "some");
  assert.deepEqual(loadSheets()[0].boxes.map(({ cutOut }) => cutOut), [null, null, null]);
  const items = giveStorage(SPARE + 1_000);
  assert.equal(keep(photographed), "none");
  assert.equal(items.size, 0);
});

test("the other pages get the pixels and labels of the digits, as corrected", () => {
  keep(SHEETS);
  const sheets = new ClassSheets();
  sheets.correctBox("1-0", { label: 2 });
  const digits = new ClassDigits();
  const [{ image: seven, label }, { image: one }] = digits.load();
  assert.deepEqual([label, seven.length], [2, 784]);
  assert.deepEqual([one[0], seven[4 * 28 + 4], seven[0]], [255, 255, 0]);
  sheets.correctBox("1-0", { isRemoved: true });
  assert.deepEqual(written(digits), [1]);
  sheets.clear();
  assert.deepEqual(digits.load(), []);
  digits.close();
});

test("a tab without sheets gets the digits of another that is open, until that forgets them", async () => {
  let kept = digitsOf(SHEETS);
  const owner = new ClassDigits(() => kept);
  const other = new ClassDigits();
  await once(other, "change");
  assert.deepEqual(written(other), [7, 1]);
  kept = [];
  owner.share();
  await once(other, "change");
  assert.deepEqual(written(other), []);
  for (const each of [owner, other]) each.close();
});

const BOXES = [{ label: 7 }, { label: 1 }];

function sheetsWith(boxes) {
  const sheets = new ClassSheets();
  sheets.put([sheet(sheets.newId(), boxes)]);
  return sheets;
}

const labels = (sheets) => sheets.digits.map(({ label }) => label);

test("a label that is chosen again is no correction", () => {
  const sheets = sheetsWith(BOXES);
  sheets.correctBox(sheets.digits[0].id, { label: 7 });
  assert.deepEqual(sheets.undoable, []);
});

test("a removed sheet and a replaced one come back with their corrections", () => {
  const sheets = sheetsWith(BOXES);
  sheets.correctBox(sheets.digits[0].id, { label: 2 });
  const [{ id }] = sheets.all;
  sheets.replace(id, sheet(0, [{ label: 9 }]));
  assert.deepEqual(labels(sheets), [9]);
  sheets.undo();
  assert.deepEqual(labels(sheets), [2, 1]);
  sheets.remove([id]);
  assert.deepEqual(labels(sheets), []);
  sheets.undo();
  assert.deepEqual([labels(sheets), sheets.numberOf(id)], [[2, 1], 1]);
});

test("replacing a sheet that is gone adds the new one", () => {
  const sheets = sheetsWith(BOXES);
  const [{ id }] = sheets.all;
  sheets.remove([id]);
  sheets.replace(id, sheet(0, [{ label: 9 }]));
  assert.deepEqual(labels(sheets), [9]);
});

test("each change is kept over a reload, and ids stay different after it", () => {
  const sheets = sheetsWith(BOXES);
  sheets.correctBox(sheets.digits[1].id, { isRemoved: true });
  const reloaded = new ClassSheets();
  assert.deepEqual([labels(reloaded), reloaded.undoable], [[7], []]);
  assert.ok(!reloaded.all.some(({ id }) => id === reloaded.newId()));
});

test("what is forgotten is gone from the tab, and no undo brings it back", () => {
  const sheets = sheetsWith(BOXES);
  sheets.correctBox(sheets.digits[0].id, { label: 2 });
  sheets.clear();
  assert.deepEqual([loadSheets(), sheets.undoable], [[], []]);
  sheets.undo();
  assert.deepEqual(labels(sheets), []);
});

test("digits are what is in the boxes that are neither empty nor removed, and a correction keeps the column", () => {
  const sheets = sheetsWith([{ label: 0 }, EMPTY, { label: 2 }]);
  assert.deepEqual(sheets.digits.map(({ id }) => id), ["1-0", "1-2"]);
  sheets.correctBox("1-2", { label: 7 });
  assert.deepEqual(sheets.digits.map(({ label, column }) => [label, column]), [[0, 0], [7, 2]]);
  sheets.correctBox("1-0", { isRemoved: true });
  assert.deepEqual(labels(sheets), [7]);
  sheets.correctBox("1-0", { isRemoved: false });
  assert.deepEqual(labels(sheets), [0, 7]);
});

test("another photograph of a sheet is noticed, but neither another page nor other writers", () => {
  const places = [4, 6, 8, 10, 12, 14, 16, 18, 20, 21];
  const first = sheet(1, places.map((place) => ({ image: ink(place, place, 7) })));
  const again = sheet(2, places.map((place) => ({ image: ink(place, place, 6) })));
  const others = sheet(3, places.map((place) => ({ image: ink(27 - place, 0, 7) })));
  assert.equal(sameSheet([others, first], again), first);
  assert.equal(sameSheet([others], again), undefined);
  assert.equal(sameSheet([{ ...first, layout: { ...first.layout, page: 2 } }], again), undefined);
});

test("a sheet that was continued is the same; what is alike in a few boxes, or blank, is not taken for it", () => {
  const filled = (count) => Array.from({ length: 10 }, (_, place) => (place < count ? {} : EMPTY));
  assert.ok(sameSheet([sheet(1, filled(5))], sheet(2, filled(10))));
  assert.equal(sameSheet([sheet(1, filled(4))], sheet(2, filled(10))), undefined);
  assert.equal(sameSheet([sheet(1, filled(0))], sheet(2, filled(0))), undefined);
});

test("each digit is saved as an entry: what the chosen network read, and what was written as its correction", () => {
  const sheets = [sheet(2, [{ label: 7, pupil: 3, read: 1, confidence: 0.6 }, { image: null }])];
  const [entry, ...others] = entriesOf(sheets, "convnet", () => "data:,7");
  assert.deepEqual(others, []);
  assert.deepEqual([entry.file, entry.answer.text, entry.answer.certain, entry.correction], ["sheet 1 pupil 3 column 7", "1", false, "7"]);
  assert.deepEqual(labelledDigits([entry]).labelled, [{ label: 7, image: "data:,7" }]);
  const [unread] = entriesOf(sheets, "a network that did not read them", () => "data:,7");
  assert.deepEqual([unread.answer.text, labelledDigits([unread]).labelled.length], ["", 1]);
});

/** Returns what a phone has sent. */
const arrived = (pupil, column, image = ink(4, 4)) => ({ pupil, column, image, readings: image ? [reading(column)] : [] });
const drawn = (sheets) => sheets.digits.map(({ pupil, label }) => `${pupil}: ${label}`);

test("the digits of a room's phones have a row each, and the newest of a phone's digits counts", () => {
  const sheets = new ClassSheets();
  sheets.takeFromRoom("BCDFGH", [arrived(3, 7), arrived(1, 0)]);
  assert.deepEqual(drawn(sheets), ["1: 0", "3: 7"]);
  assert.equal(sheets.all[0].boxes.length, 30);
  sheets.takeFromRoom("BCDFGH", [arrived(3, 7, ink(0, 0)), arrived(1, 0, null), arrived(4, 9)]);
  assert.deepEqual(drawn(sheets), ["3: 7", "4: 9"]);
  assert.equal(sheets.digits[0].image, ink(0, 0));
  sheets.takeFromRoom("JKLMNP", [arrived(1, 5)]);
  assert.equal(sheets.all.length, 2);
  assert.deepEqual(drawn(new ClassSheets()), ["3: 7", "4: 9", "1: 5"]); // after a reload
  assert.equal(new ClassSheets().store.kept, "all"); // they have no photograph to lose
});

test("undoing a correction leaves what has come from phones meanwhile", () => {
  const sheets = new ClassSheets();
  sheets.takeFromRoom("BCDFGH", [arrived(1, 7)]);
  sheets.correctBox(sheets.digits[0].id, { label: 1 });
  sheets.takeFromRoom("BCDFGH", [arrived(2, 3)]);
  assert.deepEqual(drawn(sheets), ["1: 1", "2: 3"]);
  sheets.undo();
  assert.deepEqual(drawn(sheets), ["1: 7", "2: 3"]);
  sheets.remove([sheets.all[0].id]);
  sheets.takeFromRoom("BCDFGH", [arrived(2, 4)]);
  assert.deepEqual(drawn(sheets), ["2: 4"]);
});
