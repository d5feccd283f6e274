import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, extended, keepDrawings, loadDrawings, reshaped, trace } from "../../../../static/js/pad/drawing.js";
import { giveStorage } from "../storage.mjs";

const stroke = (...places) => ({ points: places.map(([x, y]) => ({ x, y })), pointerType: "mouse" });
const traced = (...places) => {
  const calls = [];
  const note = (name) => (...numbers) => calls.push([name, ...numbers]);
  const path = Object.fromEntries(["moveTo", "lineTo", "quadraticCurveTo"].map((name) => [name, note(name)]));
  trace(path, stroke(...places).points);
  return calls;
};

test("a point is traced as a line, or it would have no round ends", () => {
  const [[, x, y], [name, nextX, nextY]] = traced([0.5, 0.25]);
  assert.deepEqual([name, x, y, nextY], ["lineTo", 0.5, 0.25, 0.25]);
  assert.ok(nextX > 0.5 && nextX < 0.501);
});

test("a stroke is traced from its first point to its last, by the middles between", () => {
  assert.deepEqual(traced([0, 0], [1, 0], [1, 1]), [
    ["moveTo", 0, 0],
    ["quadraticCurveTo", 1, 0, 1, 0.5],
    ["lineTo", 1, 1],
  ]);
});

test("a point that is too close to the last one is noise", () => {
  const drawn = stroke([0, 0]);
  assert.equal(extended(drawn, { x: 0.005, y: 0.005 }), drawn);
  assert.deepEqual(extended(drawn, { x: 0.01, y: 0 }), stroke([0, 0], [0.01, 0]));
});

test("a drawing keeps its place on a pad of the same shape", () => {
  const drawing = { strokes: [stroke([0, 0], [1, 1])], squares: 1 };
  assert.equal(reshaped(drawing, 1), drawing);
});

test("on a wide pad a drawing is twice as large and in the middle, where it fits", () => {
  const small = { strokes: [stroke([0.4, 0.4], [0.6, 0.6])], squares: 1 };
  const [{ points }] = reshaped(small, 2).strokes;
  const rounded = points.map(({ x, y }) => [x.toFixed(3), y.toFixed(3)]);
  assert.deepEqual(rounded, [["0.800", "0.300"], ["1.200", "0.700"]]);
});

test("a number that is wider than a square pad is made smaller, with a margin around it", () => {
  const wide = { strokes: [stroke([0.1, 0.5], [1.9, 0.5])], squares: 2 };
  const [{ points }] = reshaped(wide, 1).strokes;
  assert.deepEqual(points.map(({ x }) => x.toFixed(3)), ["0.100", "0.900"]);
});

const NOTHING = { states: [EMPTY], place: 0 };
const timedStroke = (time_ms, length = 1) => ({
  points: Array.from({ length }, () => ({ x: 0.5, y: 0.123456 })), pointerType: "mouse", time_ms,
});
const rounded = ({ points, ...others }) => ({ ...others, points: points.map(() => ({ x: 0.5, y: 0.1235 })) });
const drawing = (...strokes) => ({ strokes, squares: 2 });

/** The history of a drawing with so many strokes of so many points. */
function drawn(count, length) {
  const strokes = Array.from({ length: count }, (_, time_ms) => timedStroke(time_ms, length));
  return { states: [EMPTY, ...strokes.map((_, last) => drawing(...strokes.slice(0, last + 1)))], place: count };
}

test("a drawing is kept to a ten-thousandth of the pad's height", () => {
  giveStorage();
  assert.deepEqual(loadDrawings(), NOTHING);
  keepDrawings({ states: [drawing(timedStroke(1))], place: 0 });
  assert.deepEqual(loadDrawings(), { states: [drawing(rounded(timedStroke(1)))], place: 0 });
});

test("what undo and redo lead to is kept, and each stroke once", () => {
  const items = giveStorage();
  keepDrawings({ ...drawn(3, 1), place: 2 });
  const { states, place } = loadDrawings();
  assert.equal(place, 2);
  assert.deepEqual(states.map(({ strokes }) => strokes.map(({ time_ms }) => time_ms)), [[], [0], [0, 1], [0, 1, 2]]);
  assert.equal(items.get("inkling-drawing").match(/pointerType/g).length, 3);
});

test("of a long history the states around the present one are kept", () => {
  giveStorage();
  keepDrawings({ ...drawn(200, 1), place: 100 });
  const { states, place } = loadDrawings();
  assert.equal(states.length, 50);
  assert.equal(states[place].strokes.length, 100);
});

test("of large drawings fewer states are kept, and at last the present one alone, whatever its size", () => {
  const items = giveStorage();
  const cleared = Array.from({ length: 40 }, (_, time_ms) => drawing(timedStroke(time_ms, 200)));
  keepDrawings({ states: cleared, place: 39 });
  assert.ok(items.get("inkling-drawing").length <= 150_000);
  assert.equal(loadDrawings().states[loadDrawings().place].strokes[0].time_ms, 39);
  keepDrawings({ states: [drawing(timedStroke(1)), drawing(timedStroke(2, 10_000))], place: 1 });
  assert.deepEqual(loadDrawings().states.map(({ strokes }) => strokes[0].time_ms), [2]);
});

test("where there is less room, fewer states are kept; where there is none, nothing fails", () => {
  giveStorage(13_000);
  keepDrawings(drawn(40, 10));
  assert.equal(loadDrawings().states.at(-1).strokes.length, 40);
  giveStorage(0);
  keepDrawings(drawn(3, 1));
  assert.deepEqual(loadDrawings(), NOTHING);
});

test("what another version of the page has kept in another form is an empty drawing", () => {
  const strokes = [[{}], [{ points: [] }], [{ points: [{ x: 1 }] }], [{ points: [{ x: null, y: 1 }] }], null];
  const state = { strokes: [0], squares: 1 };
  const others = [{}, [], 7, "x", drawing(timedStroke(1)), { strokes: [timedStroke(1)], states: [state], place: 1 },
    { strokes: [timedStroke(1)], states: [{ strokes: [0], squares: 3 }], place: 0 },
    { strokes: [timedStroke(1)], states: [{ strokes: [1], squares: 1 }], place: 0 }];
  for (const kept of [...others, ...strokes.map((each) => ({ strokes: each, states: [state], place: 0 }))]) {
    giveStorage().set("inkling-drawing", JSON.stringify(kept));
    assert.deepEqual(loadDrawings(), NOTHING, JSON.stringify(kept));
  }
});
