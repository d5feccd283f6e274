import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ClassSheets, loadSheets } from "../../../../static/js/class/sheets.js";
import { sheet } from "./sheets.mjs";

const items = new Map();
const BOXES = [{ label: 7 }, { label: 1 }];

beforeEach(() => {
  items.clear();
  globalThis.sessionStorage = {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
});

const labels = (sheets) => sheets.digits.map(({ label }) => label);

test("corrections are undone one by one, the last first, whatever sheets came meanwhile", () => {
  const sheets = new ClassSheets();
  sheets.add(sheet(sheets.newId(), BOXES));
  const [seven, one] = sheets.digits.map(({ id }) => id);
  sheets.relabel(seven, 2);
  sheets.remove(one);
  sheets.add(sheet(sheets.newId(), [{ label: 5 }]));
  assert.deepEqual(labels(sheets), [2, 5]);
  sheets.undo();
  assert.deepEqual(labels(sheets), [2, 1, 5]);
  sheets.undo();
  assert.deepEqual([labels(sheets), sheets.canUndo], [[7, 1, 5], false]);
  sheets.undo();
  assert.deepEqual(labels(sheets), [7, 1, 5]);
});

test("a label that is chosen again is no correction", () => {
  const sheets = new ClassSheets();
  sheets.add(sheet(sheets.newId(), BOXES));
  sheets.relabel(sheets.digits[0].id, 7);
  assert.equal(sheets.canUndo, false);
});

test("a removed sheet and a replaced one come back with their corrections", () => {
  const sheets = new ClassSheets();
  sheets.add(sheet(sheets.newId(), BOXES));
  sheets.relabel(sheets.digits[0].id, 2);
  const [{ id }] = sheets.sheets;
  sheets.add(sheet(sheets.newId(), [{ label: 9 }]), id);
  assert.deepEqual(labels(sheets), [9]);
  sheets.undo();
  assert.deepEqual(labels(sheets), [2, 1]);
  sheets.removeSheet(id);
  assert.deepEqual(labels(sheets), []);
  sheets.undo();
  assert.deepEqual([labels(sheets), sheets.numberOf(id)], [[2, 1], 1]);
});

test("replacing a sheet that is gone adds the new one", () => {
  const sheets = new ClassSheets();
  sheets.add(sheet(sheets.newId(), BOXES));
  const [{ id }] = sheets.sheets;
  sheets.removeSheet(id);
  sheets.add(sheet(sheets.newId(), [{ label: 9 }]), id);
  assert.deepEqual(labels(sheets), [9]);
});

test("each change is kept over a reload, and ids stay different after it", () => {
  const sheets = new ClassSheets();
  sheets.add(sheet(sheets.newId(), BOXES));
  sheets.remove(sheets.digits[1].id);
  const reloaded = new ClassSheets();
  assert.deepEqual([labels(reloaded), reloaded.canUndo], [[7], false]);
  assert.ok(!reloaded.sheets.some(({ id }) => id === reloaded.newId()));
});

test("what is forgotten is gone from the tab, and no undo brings it back", () => {
  const sheets = new ClassSheets();
  sheets.add(sheet(sheets.newId(), BOXES));
  sheets.relabel(sheets.digits[0].id, 2);
  sheets.forget();
  assert.deepEqual([loadSheets(), items.size, sheets.canUndo], [[], 0, false]);
  sheets.undo();
  assert.deepEqual(labels(sheets), []);
});
