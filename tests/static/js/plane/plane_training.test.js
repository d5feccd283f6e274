import assert from "node:assert/strict";
import { test } from "node:test";
import { endsOf, linesOf, PlaneTraining, planeNetwork } from "../../../../static/js/plane/plane_training.js";
import { LIMIT, N_POINTS, pointsOf, SET_NAMES } from "../../../../static/js/plane/points.js";

const FEW = [1, 2, 3, 4];
const TEN = [...FEW, 5, 6, 7, 8, 9, 10];

/** How many points are right at the end, for several first weights. */
const rightAtTheEnd = (name, lines, seeds) =>
  seeds.map((seed) => {
    const training = new PlaneTraining(pointsOf(name), lines, seed);
    while (!training.isOver) training.add(training.advance());
    return training.frames.at(-1).right;
  });

test("each set has as many points of either class, all in the plane, and the same ones each time", () => {
  for (const name of SET_NAMES) {
    const { inputs, labels } = pointsOf(name);
    assert.equal(labels.reduce((sum, label) => sum + label), N_POINTS / 2);
    assert.ok(inputs.every((each) => Math.abs(each) < LIMIT), name);
    assert.deepEqual(pointsOf(name).inputs, inputs);
  }
});

test("one line is enough for the clouds, three for the circle, six for the exclusive or, eight for the spiral", () => {
  for (const [name, lines, seeds] of [["clouds", 1, FEW], ["circle", 3, TEN], ["xor", 6, TEN], ["spiral", 8, FEW]]) {
    for (const right of rightAtTheEnd(name, lines, seeds)) assert.ok(right >= 0.95 * N_POINTS, `${name}: ${right}`);
  }
});

test("two lines are too few for the circle, and one for the exclusive or, whatever the first weights", () => {
  for (const right of rightAtTheEnd("circle", 2, TEN)) assert.ok(right < 0.92 * N_POINTS, String(right));
  for (const right of rightAtTheEnd("xor", 1, FEW)) assert.ok(right < 0.8 * N_POINTS, String(right));
});

test("with four lines it depends on the first weights where the exclusive or ends", () => {
  const rights = rightAtTheEnd("xor", 4, [2, 8]);
  assert.ok(rights[0] >= 0.98 * N_POINTS && rights[1] < 0.9 * N_POINTS, String(rights));
});

test("the same weights give the same frames, which are further apart the more were learnt from", () => {
  const made = [1, 1, 2].map((seed) => new PlaneTraining(pointsOf("circle"), 3, seed));
  const [one, same, other] = made.map((training) => Array.from({ length: 90 }, () => training.advance()));
  assert.deepEqual(one, same);
  assert.notDeepEqual(one.at(-1).parameters, other.at(-1).parameters);
  assert.deepEqual(one.slice(0, 3).map(({ step }) => step), [1, 2, 3]);
  assert.ok(one[89].step - one[88].step > 1);
});

test("the line of a neuron ends at the edges of the plane, and one outside of it has no ends", () => {
  assert.deepEqual(endsOf({ x: 1, y: 1, bias: 0 }), [[-LIMIT, LIMIT], [LIMIT, -LIMIT]]);
  assert.deepEqual(endsOf({ x: 2, y: 0, bias: -3 }), [[1.5, -LIMIT], [1.5, LIMIT]]);
  assert.deepEqual(endsOf({ x: 1, y: 1, bias: 11 }), []);
  assert.deepEqual(endsOf({ x: 0, y: 0, bias: 1 }), []);
});

test("a network's lines are its hidden neurons' weights and biases", () => {
  const network = planeNetwork(2);
  network.hidden.weights.set([1, 2, 3, 4]); // of x to both neurons, then of y
  network.hidden.biases.set([5, 6]);
  assert.deepEqual(linesOf(network), [{ x: 1, y: 3, bias: 5 }, { x: 2, y: 4, bias: 6 }]);
});
