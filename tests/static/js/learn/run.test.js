import assert from "node:assert/strict";
import { test } from "node:test";
import { shake, silence, strongestNeuron, symptoms } from "../../../../static/js/learn/breaks.js";
import { BadFile, openFile, recipeOf } from "../../../../static/js/learn/run.js";
import { ArticleNetwork, inspect, untrainedNetwork } from "../../../../static/js/network/article.js";
import { normalNumbers, uniformNumbers } from "../../../../static/js/network/random.js";
import { frame, run, usualKnobs, usualResults } from "./runs.mjs";

const toText = (made) => JSON.stringify(recipeOf(made));
const open = (text) => openFile(new Blob([text]));

test("a run is saved in a few hundred bytes, as what leads to it again", async () => {
  const made = run({ knobs: { seed: 4 } });
  made.addKnobs({ ...made.knobs, rate: 0.5 }, frame());
  made.addDisturbance({ kind: "silence", neuron: 1 }, frame());
  const text = toText(made);
  assert.ok(text.length < 1000);
  assert.deepEqual(await open(text), {
    knobs: { ...usualKnobs(), hidden: 2, seed: 4 },
    changes: [
      { position: 1, knobs: { ...usualKnobs(), hidden: 2, seed: 4, rate: 0.5 } },
      { position: 1, kind: "silence", neuron: 1 },
    ],
    ...{ frames: 3, testAccuracy: 0.9 },
  });
});

test("knobs that are moved between two frames are one change", () => {
  const made = run();
  for (const rate of [1, 2, 3]) made.addKnobs({ ...made.knobs, rate }, frame());
  assert.deepEqual(made.changes.map(({ knobs }) => knobs.rate), [3]);
  assert.equal(made.frames.length, 2);
});

test("a fork goes on by itself, and the run stays as it was", () => {
  const made = run();
  const fork = made.fork(2);
  fork.addDisturbance({ kind: "shake" }, frame());
  assert.deepEqual([made.frames.length, made.changes.length, made.disturbance], [2, 0, null]);
  assert.deepEqual([fork.frames.length, fork.disturbance.kind, fork.disturbance.position], [3, "shake", 1]);
});

for (const [fault, text] of [
  ["json", "{"],
  ["format", "{}"],
  ["version", '{"format": "inkling-run", "version": 1}'],
  ["damaged", '{"format": "inkling-run", "version": 2}'],
  ["damaged", toText(run()).replace('"frames":2', '"frames":-1')],
  ["damaged", toText(run()).replace('"changes":[]', '"changes":[{"position":0,"kind":"other"}]')],
]) {
  test(`${text.slice(0, 50)} is refused: ${fault}`, async () => {
    await assert.rejects(open(text), (error) => error instanceof BadFile && error.fault === fault);
  });
}

test("a file that is too large is not read", async () => {
  await assert.rejects(openFile({ size: 10 ** 6 }), (error) => error.fault === "large");
});

test("values of a file that are not possible become the nearest that are", async () => {
  const text = toText(run()).replace('"hidden":2', '"hidden":5000').replace('"changes":[]', '"changes":[{"position":0,"kind":"silence","neuron":1e9}]');
  const { knobs, changes } = await open(text);
  assert.deepEqual([knobs.hidden, changes[0].neuron], [100, 99]);
});

const pixels = Float32Array.from({ length: 784 }, (_, place) => (place % 5) / 5);

test("a network whose neuron has no weight to the outputs computes what one computes whose neuron is silenced", () => {
  const network = untrainedNetwork(1);
  const expected = inspect(network, pixels, { hidden: { silenced: new Set([1]) }, output: {} }).output.activations;
  assert.notDeepEqual(inspect(network, pixels).output.activations, expected);
  silence(network, 1);
  assert.deepEqual(inspect(network, pixels).output.activations, expected);
});

test("the neuron with the largest weights to the outputs is the strongest", () => {
  const network = untrainedNetwork(1);
  network.output.weights.fill(-4, 20, 30);
  assert.equal(strongestNeuron(network), 2);
});

test("shaking adds noise as large as the weights, and leaves the biases", () => {
  const [before, after] = [untrainedNetwork(1), untrainedNetwork(1)];
  after.hidden.biases.fill(0.5);
  shake(after, normalNumbers(uniformNumbers(3)));
  const noise = after.hidden.weights.map((weight, place) => weight - before.hidden.weights[place]);
  assert.ok(Math.abs(Math.hypot(...noise) / Math.hypot(...before.hidden.weights) - 1) < 0.1);
  assert.ok(after.hidden.biases.every((bias) => bias === 0.5));
});

test("a healthy run has no symptoms", () => {
  assert.deepEqual(symptoms(run()), { overflowStep: null, equalStep: null, areOutputsOff: false, deadOutputs: [], deadHidden: 0 });
});

test("the first frame whose cost is no number is found", () => {
  assert.equal(symptoms(run({ accuracies: [0.1, 0.1, 0.1], costs: [1, null, null] })).overflowStep, 10);
});

test("neurons with the same weights are found, up to the frame in which they differ", () => {
  const alike = new ArticleNetwork(2, () => 0.5).parameters;
  const different = alike.slice();
  different[7] = 6;
  const at = (step, parameters) => frame({ step, parameters });
  assert.equal(symptoms(run({ frames: [at(0, alike), at(10, alike), at(20, alike)] })).equalStep, 20);
  assert.equal(symptoms(run({ frames: [at(0, alike), at(10, alike), at(20, different)] })).equalStep, 10);
  const single = new ArticleNetwork(1, () => 0.5).parameters;
  assert.equal(symptoms(run({ hidden: 1, frames: [frame({ parameters: single })] })).equalStep, null);
});

test("outputs are off if all are almost 0, and the cost is that of zeros", () => {
  const results = usualResults();
  results.worst[0].activations = Array(10).fill(0.001);
  assert.equal(symptoms(run({ accuracies: [0.1, 0.1], costs: [1, 0.499], results })).areOutputsOff, true);
  assert.equal(symptoms(run({ costs: [1, 0.1], results })).areOutputsOff, false);
});

test("an output is dead if no digit is read as its own, and it is almost 0 for the worst", () => {
  const results = usualResults();
  results.confusion = results.confusion.map((row) => row.map((count, read) => ([2, 3].includes(read) ? 0 : count)));
  results.worst[0].activations = [0.2, 0.2, 0.001, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.001];
  assert.deepEqual(symptoms(run({ results })).deadOutputs, [2]);
  assert.deepEqual(symptoms(run({ results, knobs: { cost: "cross-entropy" } })).deadOutputs, []); // softmax is not flat there
});

test("a ReLU is dead if its sum is below 0 for each of the digits that are read worst", () => {
  const { parameters, hidden } = new ArticleNetwork(2, () => 0.5);
  hidden.biases.set([-0.5, 0.5]);
  const dead = (activation) => symptoms(run({ frames: [frame({ parameters })], knobs: { activation } })).deadHidden;
  assert.deepEqual([dead("relu"), dead("sigmoid")], [1, 0]);
});
