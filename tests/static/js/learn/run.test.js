import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, toBase64 } from "../../../../static/js/base64.js";
import { NotARun, Run, floats, toBytes, toNetwork, toVector } from "../../../../static/js/learn/run.js";
import { answer } from "./runs.mjs";

test("bytes are the same after base64, however many", () => {
  for (const length of [0, 1, 2, 3, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, n) => n % 256);
    assert.deepEqual(fromBase64(toBase64(bytes)), bytes);
  }
});

test("numbers are float32, little-endian", () => {
  assert.deepEqual([...toBytes(Float32Array.of(1.5))], [0, 0, 0xc0, 0x3f]);
  assert.deepEqual([...floats("AADAPw==")], [1.5]);
});

test("a network's numbers are the weights of both layers, then the biases", () => {
  const vector = Float32Array.from({ length: 785 * 3 + 4 * 10 }, (_, n) => n);
  const { hidden, output } = toNetwork(vector, 3);
  assert.deepEqual([hidden.weights.length, hidden.weights[0]], [784 * 3, 0]);
  assert.deepEqual([output.weights.length, output.weights[0]], [30, 784 * 3]);
  assert.deepEqual([...hidden.biases], [2382, 2383, 2384]);
  assert.deepEqual([output.biases.length, output.biases[9]], [10, 2394]);
  assert.deepEqual(toVector({ hidden, output }), vector);
});

test("the weights of a frame are those of the last frame that has some", () => {
  const made = answer({ hidden: 2, accuracies: [0.1, 0.2, 0.3] });
  made.weights.frames = [0, 2];
  made.weights.scale = [63.5, 254];
  made.weights.bytes = toBase64(new Uint8Array(Int8Array.from({ length: 2 * 2 * 784 }, (_, n) => Math.floor(n / 784) - 1).buffer));
  const run = new Run(made);
  assert.deepEqual([run.weightsAt(1).step, run.weightsAt(2).step], [0, 20]);
  assert.deepEqual(run.weightsAt(1).neurons.map(([first]) => first), [-0.5, 0]);
  assert.deepEqual(run.weightsAt(2).neurons.map(([first]) => first), [2, 4]);
});

test("a network of one neuron, and one of a hundred, is a run", () => {
  for (const hidden of [1, 100]) assert.equal(new Run(answer({ hidden })).network.hidden.biases.length, hidden);
});

test("a cost that is no number is a run", () => {
  assert.equal(new Run(answer({ costs: [1, null] })).lastFrame.cost, null);
});

/** What a file or a faulty server may have in place of one member, by where it is. */
const BAD = {
  settings: [null, {}, { hidden: 0 }, { hidden: 101 }, { hidden: 1e9 }, { hidden: "2" }, { hidden: 3 }],
  frames: [null, [], [null], Array(2000).fill(answer().frames[0]), [{ ...answer().frames[0], test_accuracy: 88.6 }], "frames"],
  parameters: [undefined, "", "AAAA", "%", 7],
  weights: [null, {}, { ...answer().weights, frames: [1, 2] }, { ...answer().weights, bytes: "AAAA" }, { ...answer().weights, scale: [1] }],
  counts: [null, { train: -1, test: 0, own: 0, own_held_back: 0 }],
  correct: [null, {}],
  worst: [null, [{}], [{ ...answer().worst[0], image: "AAAA" }], [{ ...answer().worst[0], label: 10 }]],
  confusion: [null, [], Array(10).fill([1, 2]), Array(10).fill(Array(10).fill("<b>"))],
};

for (const [member, values] of Object.entries(BAD)) {
  test(`what has no ${member} as the server sends them is no run`, () => {
    for (const value of values) assert.throws(() => new Run({ ...answer(), [member]: value }), NotARun, JSON.stringify(value)?.slice(0, 80));
  });
}

test("neither is nothing, a number, a text or a list", () => {
  for (const value of [null, undefined, 1, "run", []]) assert.throws(() => new Run(value), NotARun);
});
