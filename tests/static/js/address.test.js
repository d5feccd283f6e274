import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

let popState = () => {};
globalThis.addEventListener = (type, listener) => type === "popstate" && (popState = listener);
const { storeInAddress } = await import("../../../static/js/state.js");

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
