import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

let popState = () => {};
globalThis.addEventListener = (type, listener) => type === "popstate" && (popState = listener);
const { cover, inAddress, storeInAddress, uncover } = await import("../../../static/js/state.js");

/** A browser at an address with this query. @param {(url: string) => void} replace its address */
function giveBrowser(search, replace) {
  globalThis.location = { pathname: "/lesson", search, hash: "#sgd" };
  globalThis.history = { replaceState: (state, title, url) => replace(url) };
}

afterEach(() => ["location", "history"].forEach((name) => delete globalThis[name]));

test("what changes is stored, what is null is removed, and the rest stays, the place in the page too", () => {
  const stored = [];
  giveBrowser("?model=mlp&digit=2", (url) => stored.push(url));
  storeInAddress({ digit: null, inside: "why" });
  assert.deepEqual(stored, ["?model=mlp&inside=why#sgd"]);
});

test("an empty query leaves no question mark", () => {
  const stored = [];
  giveBrowser("?bet=", (url) => stored.push(url));
  storeInAddress({ bet: false });
  assert.deepEqual(stored, ["/lesson#sgd"]);
});

test("a browser that stores no more for a while does not stop what is shown", () => {
  giveBrowser("", () => {
    throw new DOMException("more than 100 times per 30 seconds", "SecurityError");
  });
  storeInAddress({ neuron: "7" });
});

test("after Back the address is the one that was stored last, at the place where Back leads", () => {
  const stored = [];
  giveBrowser("?model=mlp", (url) => stored.push(url));
  storeInAddress({ projector: true });
  giveBrowser("", (url) => stored.push(url));
  location.hash = "#data";
  popState();
  assert.deepEqual(stored, ["?model=mlp&projector=#sgd", "?model=mlp&projector=#data"]);
});

test("what an address cannot mean is read as what is usual, and what is written is read again", () => {
  giveBrowser("?digit=0&first=12&pad=huge&bet", () => {});
  assert.deepEqual(["digit", "first", "pad", "bet", "neuron"].map((name) => inAddress(name)), [null, null, "square", true, null]);
  giveBrowser("?digit=3&first=7&pad=wide", () => {});
  assert.deepEqual(["digit", "first", "pad", "bet"].map((name) => inAddress(name)), [2, 7, "wide", false]);
});

/** A browser's history, which goes back at once. */
class FakeHistory {
  entries = [{ covers: 0 }]; // as the page marks it when it is loaded

  get state() {
    return this.entries.at(-1);
  }

  pushState(state) {
    this.entries.push(state);
  }

  replaceState(state) {
    this.entries.splice(-1, 1, state);
  }

  /** Opens a place in the page, as a link or a key of the lesson does. */
  openPlace() {
    this.entries.push(null);
    popState();
  }

  back() {
    this.entries.pop();
    popState();
  }
}

const view = (name, closed) => {
  const close = () => {
    closed.push(name);
    uncover(close); // as a view does however it is closed
  };
  return close;
};

const covering = (name, check) => test(name, () => {
  giveBrowser("", () => {});
  globalThis.history = new FakeHistory();
  check();
});

covering("Back closes the view on top, and then the one below", () => {
  const closed = [];
  cover(view("large", closed));
  cover(view("inside", closed));
  history.back();
  assert.deepEqual(closed, ["inside"]);
  history.back();
  assert.deepEqual(closed, ["inside", "large"]);
  assert.equal(history.entries.length, 1);
});

covering("a place in the page that is opened closes no view, and Back over it neither", () => {
  const closed = [];
  cover(view("large", closed));
  history.openPlace();
  history.openPlace();
  history.back();
  history.back();
  assert.deepEqual(closed, []);
  history.back();
  assert.deepEqual(closed, ["large"]);
});

covering("a view that is closed at another place in the page leaves the visitor there, and opens again", () => {
  const closed = [];
  const large = view("large", closed);
  cover(large);
  history.openPlace();
  large();
  assert.deepEqual([closed, history.entries.length], [["large"], 3]);
  cover(large);
  assert.equal(history.entries.length, 4);
  history.back();
  assert.deepEqual([closed, history.entries.length], [["large", "large"], 3]);
});

covering("a view that is closed otherwise leaves no entry, and closes no other", () => {
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

covering("a view that opens while the browser goes back from another stays, and Back closes it", () => {
  const closed = [];
  const large = view("large", closed);
  cover(large);
  const { back } = FakeHistory.prototype;
  history.back = () => {}; // it takes its time
  large();
  cover(view("inside", closed));
  back.call(history);
  assert.deepEqual([closed, history.entries.length], [["large"], 2]);
  back.call(history);
  assert.deepEqual([closed, history.entries.length], [["large", "inside"], 1]);
});

covering("a view that is open already gets no second entry", () => {
  const large = view("large", []);
  cover(large);
  cover(large);
  assert.equal(history.entries.length, 2);
  large();
});

covering("a view that the address opens gets no entry, unless it had one before the page was reloaded", () => {
  const closed = [];
  const large = view("large", closed);
  cover(large, { isByUser: false });
  assert.equal(history.entries.length, 1);
  large();
  assert.equal(history.entries.length, 1);
  history.entries.push({ covers: 1, isOfView: true });
  cover(large, { isByUser: false });
  assert.equal(history.entries.length, 2);
  history.back();
  assert.deepEqual(closed, ["large", "large"]);
});
