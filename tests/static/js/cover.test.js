import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** A browser's history, which goes back at once. */
class FakeHistory {
  entries = [null];

  get state() {
    return this.entries.at(-1);
  }

  pushState(state) {
    this.entries.push(state);
  }

  back() {
    this.entries.pop();
    popState();
  }
}

let popState = () => {};
globalThis.addEventListener = (type, listener) => type === "popstate" && (popState = listener);
const { cover, uncover } = await import("../../../static/js/state.js");

const view = (name, closed) => {
  const close = () => {
    closed.push(name);
    uncover(close); // as a view does however it is closed
  };
  return close;
};

beforeEach(() => (globalThis.history = new FakeHistory()));

test("Back closes the view on top, and then the one below", () => {
  const closed = [];
  cover(view("large", closed));
  cover(view("inside", closed));
  history.back();
  assert.deepEqual(closed, ["inside"]);
  history.back();
  assert.deepEqual(closed, ["inside", "large"]);
  assert.deepEqual(history.entries, [null]);
});

test("a view that is closed otherwise leaves no entry, and closes no other", () => {
  const closed = [];
  const large = view("large", closed);
  cover(large);
  cover(view("inside", closed));
  large();
  assert.deepEqual(closed, ["large"]);
  assert.equal(history.entries.length, 2);
  history.back();
  assert.deepEqual(closed, ["large", "inside"]);
});

test("a view that is open already gets no second entry", () => {
  const large = view("large", []);
  cover(large);
  cover(large);
  assert.equal(history.entries.length, 2);
  large();
});

test("a view that the address opens gets no entry, unless it had one before the page was reloaded", () => {
  const closed = [];
  const large = view("large", closed);
  cover(large, { isByUser: false });
  assert.equal(history.entries.length, 1);
  large();
  assert.equal(history.entries.length, 1);
  history.entries.push({ covers: 1 });
  cover(large, { isByUser: false });
  assert.equal(history.entries.length, 2);
  history.back();
  assert.deepEqual(closed, ["large", "large"]);
});
