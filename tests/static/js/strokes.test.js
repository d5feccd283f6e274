import assert from "node:assert/strict";
import { test } from "node:test";
import { extended, reshaped, trace } from "../../../static/js/pad/drawing.js";

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
