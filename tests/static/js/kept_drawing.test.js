import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, keepDrawings, loadDrawings } from "../../../static/js/pad/drawing.js";

const NOTHING = { states: [EMPTY], place: 0 };
const stroke = (time_ms, length = 1) => ({
  points: Array.from({ length }, () => ({ x: 0.5, y: 0.123456 })), pointerType: "mouse", time_ms,
});
const rounded = ({ points, ...others }) => ({ ...others, points: points.map(() => ({ x: 0.5, y: 0.1235 })) });
const drawing = (...strokes) => ({ strokes, squares: 2 });

/** A browser's storage that holds this text, and has room for so many characters. */
function giveStorage(text, room = Infinity) {
  globalThis.sessionStorage = {
    getItem: () => text,
    setItem: (_, value) => {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      text = value;
    },
  };
  return () => text;
}

/** The history of a drawing with so many strokes of so many points. */
function drawn(count, length) {
  const strokes = Array.from({ length: count }, (_, time_ms) => stroke(time_ms, length));
  return { states: [EMPTY, ...strokes.map((_, last) => drawing(...strokes.slice(0, last + 1)))], place: count };
}

test("a drawing is kept to a ten-thousandth of the pad's height", () => {
  giveStorage(null);
  assert.deepEqual(loadDrawings(), NOTHING);
  keepDrawings({ states: [drawing(stroke(1))], place: 0 });
  assert.deepEqual(loadDrawings(), { states: [drawing(rounded(stroke(1)))], place: 0 });
});

test("what undo and redo lead to is kept, and each stroke once", () => {
  const text = giveStorage(null);
  keepDrawings({ ...drawn(3, 1), place: 2 });
  const { states, place } = loadDrawings();
  assert.equal(place, 2);
  assert.deepEqual(states.map(({ strokes }) => strokes.map(({ time_ms }) => time_ms)), [[], [0], [0, 1], [0, 1, 2]]);
  assert.equal(text().match(/pointerType/g).length, 3);
});

test("of a long history the states around the present one are kept", () => {
  giveStorage(null);
  keepDrawings({ ...drawn(200, 1), place: 100 });
  const { states, place } = loadDrawings();
  assert.equal(states.length, 50);
  assert.equal(states[place].strokes.length, 100);
});

test("of large drawings fewer states are kept, and at last the present one alone, whatever its size", () => {
  const text = giveStorage(null);
  const cleared = Array.from({ length: 40 }, (_, time_ms) => drawing(stroke(time_ms, 200)));
  keepDrawings({ states: cleared, place: 39 });
  assert.ok(text().length <= 150_000);
  assert.equal(loadDrawings().states[loadDrawings().place].strokes[0].time_ms, 39);
  keepDrawings({ states: [drawing(stroke(1)), drawing(stroke(2, 10_000))], place: 1 });
  assert.deepEqual(loadDrawings().states.map(({ strokes }) => strokes[0].time_ms), [2]);
});

test("where there is less room, fewer states are kept; where there is none, nothing fails", () => {
  giveStorage(null, 13_000);
  keepDrawings(drawn(40, 10));
  assert.equal(loadDrawings().states.at(-1).strokes.length, 40);
  giveStorage(null, 0);
  keepDrawings(drawn(3, 1));
  assert.deepEqual(loadDrawings(), NOTHING);
});

test("what another version of the page has kept in another form is an empty drawing", () => {
  const strokes = [[{}], [{ points: [] }], [{ points: [{ x: 1 }] }], [{ points: [{ x: null, y: 1 }] }], null];
  const state = { strokes: [0], squares: 1 };
  const others = [{}, [], 7, "x", drawing(stroke(1)), { strokes: [stroke(1)], states: [state], place: 1 },
    { strokes: [stroke(1)], states: [{ strokes: [0], squares: 3 }], place: 0 },
    { strokes: [stroke(1)], states: [{ strokes: [1], squares: 1 }], place: 0 }];
  for (const kept of [...others, ...strokes.map((each) => ({ strokes: each, states: [state], place: 0 }))]) {
    giveStorage(JSON.stringify(kept));
    assert.deepEqual(loadDrawings(), NOTHING, JSON.stringify(kept));
  }
});
