import assert from "node:assert/strict";
import { test } from "node:test";
import { keepDrawing, loadDrawing } from "../../../static/js/kept_drawing.js";
import { EMPTY } from "../../../static/js/strokes.js";

const stroke = { points: [{ x: 0.5, y: 0.123456 }], pointerType: "mouse", time_ms: 1 };

/** A browser's storage that holds this text. */
function giveStorage(text) {
  globalThis.sessionStorage = { getItem: () => text, setItem: (_, value) => (text = value) };
}

test("a drawing is kept to a ten-thousandth of the pad's height", () => {
  giveStorage(null);
  assert.deepEqual(loadDrawing(), EMPTY);
  keepDrawing({ strokes: [stroke], squares: 2 });
  assert.deepEqual(loadDrawing(), { strokes: [{ ...stroke, points: [{ x: 0.5, y: 0.1235 }] }], squares: 2 });
});

test("what another version of the page has kept in another form is an empty drawing", () => {
  const strokes = [[{}], [{ points: [] }], [{ points: [{ x: 1 }] }], [{ points: [{ x: null, y: 1 }] }], null];
  const others = [{}, [], 7, "x", { strokes: [stroke] }, { strokes: [stroke], squares: 3 }];
  for (const kept of [...others, ...strokes.map((each) => ({ strokes: each, squares: 1 }))]) {
    giveStorage(JSON.stringify(kept));
    assert.deepEqual(loadDrawing(), EMPTY, JSON.stringify(kept));
  }
});
