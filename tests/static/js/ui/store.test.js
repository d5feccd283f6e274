import assert from "node:assert/strict";
import { test } from "node:test";
import { History, keepInTab, loadFromTab } from "../../../../static/js/ui/store.js";
import { giveStorage } from "../storage.mjs";

const filled = (first, ...others) => {
  const history = new History([first]);
  others.forEach((state) => history.add(state));
  return history;
};

test("undo and redo move between the states, and stop at the first and the last", () => {
  const history = filled("a", "b", "c");
  const seen = [];
  for (let step = 0; step < 3; step++) {
    history.undo();
    seen.push(history.present);
  }
  assert.equal(history.canUndo, false);
  for (let step = 0; step < 3; step++) {
    history.redo();
    seen.push(history.present);
  }
  assert.deepEqual(seen, ["b", "a", "a", "b", "c", "c"]);
  assert.equal(history.canRedo, false);
});

test("a new state drops those that were undone", () => {
  const history = filled("a", "b", "c");
  history.undo();
  history.add("d");
  assert.equal(history.canRedo, false);
  history.undo();
  assert.equal(history.present, "b");
});

test("a history can begin with what another one held", () => {
  const history = filled("a", "b", "c");
  history.undo();
  const { states, place } = history.all;
  const again = new History(states, place);
  assert.equal(again.present, "b");
  again.redo();
  assert.equal(again.present, "c");
});

test("a tab keeps a value until it is forgotten, and what is no JSON is none", () => {
  const items = giveStorage();
  assert.equal(loadFromTab("key"), null);
  assert.ok(keepInTab("key", { seven: 7 }));
  assert.deepEqual(loadFromTab("key"), { seven: 7 });
  keepInTab("key", undefined);
  assert.equal(items.size, 0);
  items.set("key", "{");
  assert.equal(loadFromTab("key"), null);
});

test("where a browser forbids storage nothing is kept, and nothing fails", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  assert.deepEqual([keepInTab("key", 7), loadFromTab("key")], [false, null]);
});
