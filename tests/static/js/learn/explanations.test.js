import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../../../static/js/learn/explanations.js";
import { frame, run, usualResults } from "./runs.mjs";

const base = run({ accuracies: [0.1, 0.95] });
const said = (options, before = null) => explain(run(options), before);

/** What is said of a run that was disturbed at 95 % and has then these accuracies. */
function saidAfter(disturbance, frames) {
  const made = run({ accuracies: [0.1, 0.95] });
  made.addDisturbance(disturbance, frames[0]);
  for (const each of frames.slice(1)) made.add(each);
  made.results = usualResults();
  return explain(made, base);
}

test("it says how many are read right, and how many before", () => {
  assert.match(said(), /^90\.0 % of the test digits are read right, 10\.0 % before the training\./);
  assert.doesNotMatch(said(), /labels|biases|Guessing|no number/);
});

test("of a silenced neuron it says what the network read with it, without it, and after it has learnt on", () => {
  const text = saidAfter({ kind: "silence", neuron: 4 }, [frame({ accuracy: 0.5 }), frame({ accuracy: 0.9 })]);
  assert.match(text, /^Hidden neuron 5 .* Of 2,000 test digits 1,000 .* without it, 1,900 with it\..*: 1,800\./);
});

test("of shaken weights likewise", () => {
  const text = saidAfter({ kind: "shake" }, [frame({ accuracy: 0.5 }), frame({ accuracy: 0.9 })]);
  assert.match(text, /Of 2,000 test digits 1,000 .*, 1,900 before\. .*: 1,800\./);
});

test("of a hand that was taught it always says both figures, and what was forgotten only where something was", () => {
  const own = { ownTotal: 20 };
  const frames = [frame({ accuracy: 0.95, ownAccuracy: 0.75, ...own }), frame({ accuracy: 0.92, ownAccuracy: 0.9, ...own })];
  const text = saidAfter({ kind: "teach", isRemembering: true }, frames);
  assert.match(text, /^Your digits: 18 of 20 right, before 15\. Everybody else’s: 92\.0 %, before 95\.0 %\./);
  assert.doesNotMatch(text, /were not in this training/);
  assert.match(saidAfter({ kind: "teach", isRemembering: false }, frames), /were not in this training/);
  const better = [frames[0], frame({ accuracy: 0.96, ownAccuracy: 0.9, ...own })];
  assert.doesNotMatch(saidAfter({ kind: "teach", isRemembering: false }, better), /were not in this training/);
});

test("of a network that has learnt 0 to 4 alone it says so, and not that steps were too large for the others", () => {
  const results = usualResults();
  results.confusion = results.confusion.map((row) => row.map((count, read) => (read < 5 ? count : 0)));
  const testHalves = [{ right: 950, total: 1000 }, { right: 0, total: 1000 }];
  const text = said({ knobs: { digits: "half" }, results, frames: [frame(), frame({ accuracy: 0.475, testHalves })] });
  assert.match(text, /It has learnt the digits 0 to 4 alone\. Of 1,000 test digits 5 to 9 it reads 0 right\./);
  assert.doesNotMatch(text, /too large/);
});

test("of a network that has learnt the digits of one slant it says how it reads these, and the others", () => {
  const testHalves = [{ right: 450, total: 500 }, { right: 900, total: 1500 }];
  const saidOf = (digits) => said({ knobs: { digits }, frames: [frame(), frame({ accuracy: 0.675, testHalves })] });
  assert.match(saidOf("slanted"), /lean to the right\. Of such test digits it reads 90\.0 % right, .* to the left 60\.0 %\./);
  assert.match(saidOf("upright"), /lean to the left\. Of such test digits it reads 90\.0 % right, .* to the right 60\.0 %\./);
});

test("wrong labels that are fewer than the right ones are outvoted, and that is said from both figures", () => {
  const frames = (testAccuracy) => [frame(), frame({ accuracy: 0.5, testAccuracy })];
  const text = said({ knobs: { wrong: 50 }, frames: frames(0.9) });
  assert.match(text, /50\.0 % of the labels were wrong: 50\.0 % .* right labels: 90\.0 %\. Wrong labels contradict/);
  assert.doesNotMatch(said({ knobs: { wrong: 100 }, frames: frames(0.02) }), /contradict/);
});

test("without biases it says what they give, where that is known, and whether weights make up for them", () => {
  const without = (accuracy, before) => said({ accuracies: [0.1, accuracy], knobs: { biases: "no" } }, before);
  assert.match(without(0.94, base), /Without biases .* With biases: 95\.0 %\. .*make up for the biases/);
  assert.doesNotMatch(without(0.9, base), /make up for the biases/);
  assert.doesNotMatch(without(0.9, null), /With biases:/);
});

test("larger steps that end at a higher cost are named where no dead output explains it", () => {
  const faster = (cost) => said({ costs: [1.5, cost], knobs: { rate: 30 } }, base);
  assert.match(faster(0.2), /With the learning rate 3 it is 95\.0 %\. Larger steps/);
  assert.doesNotMatch(faster(0.05), /Larger steps/);
  assert.doesNotMatch(said({ costs: [1.5, 0.2] }, base), /Larger steps/);
});

test("a cost that is no number, and an accuracy as of guessing, are named", () => {
  const text = said({ accuracies: [0.1, 0.1], costs: [1, null] });
  assert.match(text, /From mini-batch 10 on the cost is no number/);
  assert.match(text, /Guessing gets 10 of 100 right/);
});

test("beside a run of the other cost the slowdown is told, from both at the same mini-batch", () => {
  const knobs = { start: "wrong" };
  const quadratic = run({ accuracies: [0.1, 0.12, 0.3, 0.5], costs: [], knobs });
  const entropy = run({ accuracies: [0.1, 0.4, 0.6, 0.9], costs: [], knobs: { ...knobs, cost: "cross-entropy" } });
  const told = /After 20 mini-batches 60 % are read right with cross-entropy, and 30 % with the quadratic cost\. /;
  assert.match(explain(quadratic, null, entropy), told);
  assert.match(explain(entropy, null, quadratic), told);
  assert.doesNotMatch(explain(quadratic, null, null), told);
  assert.doesNotMatch(explain(quadratic, null, run({ knobs: { cost: "cross-entropy" } })), /cross-entropy/);
});

test("outputs that are never the largest are named", () => {
  const results = usualResults();
  results.confusion = results.confusion.map((row) => row.map((count, read) => (read < 3 ? 0 : count)));
  assert.match(said({ results }), /No test digit is read as 0, 1, or 2: /);
});
