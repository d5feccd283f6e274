import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../../../static/js/learn/explanations.js";
import { usualKnobs } from "../../../../static/js/learn/knobs.js";
import { Run } from "../../../../static/js/learn/run.js";
import { answer } from "./runs.mjs";

/** What is said of a run that differs from a usual one in this. */
function said({ settings = {}, made = answer(), ...about } = {}) {
  const run = new Run({ ...made, settings: { ...made.settings, ...settings } });
  return explain({ run, knobs: usualKnobs(), source: "trained", ...about });
}

const base = { run: new Run(answer({ accuracies: [0.1, 0.95] })) };

test("it says how many are read right, and how many before", () => {
  assert.match(said(), /^90\.0 % of the test digits are read right, 10\.0 % before the training\./);
  assert.doesNotMatch(said(), /labels|biases|Guessing|no number/);
});

test("of a silenced neuron it says what the network read with it, without it, and after it has learnt on", () => {
  const made = answer({ accuracies: [0.5, 0.9] });
  assert.match(said({ made, change: "silence", neuron: 4, base }), /^Hidden neuron 5 .* Of 200 test digits 100 .* without it, 190 with it\..*: 180\./);
});

test("of shaken weights likewise", () => {
  assert.match(said({ made: answer({ accuracies: [0.5, 0.9] }), change: "shake", base }), /Of 200 test digits 100 .*, 190 before\. .*: 180\./);
});

test("of a hand that was taught it always says both figures", () => {
  const made = { ...answer({ accuracies: [0.95, 0.93] }), counts: { train: 40, test: 200, own: 40, own_held_back: 20 } };
  Object.assign(made.correct, { own_held_back: 18, own_before: 15 });
  assert.match(said({ made, change: "teach", base }), /^Your hand: 18 of 20 right, before 15\. Everybody else’s: 93\.0 %, before 95\.0 %\./);
  const alone = { change: "teach", base, settings: { remember: false } };
  assert.match(said({ made, ...alone }), /were not in this training/);
  const better = { ...made, correct: { ...made.correct, test_before: 1 } };
  assert.doesNotMatch(said({ made: better, ...alone }), /were not in this training/);
});

test("of a run that learnt a hand's digits from its beginning it says how that hand's others are read", () => {
  const made = { ...answer(), counts: { train: 100, test: 200, own: 40, own_held_back: 20 } };
  Object.assign(made.correct, { own_held_back: 18, own_before: 2 });
  assert.match(said({ made }), /^90\.0 % .* Your hand: 18 of 20 right, before 2\./);
});

test("wrong labels that are fewer than the right ones are outvoted, and that is said from both figures", () => {
  const made = answer();
  made.frames[1].train_accuracy = 0.5;
  assert.match(said({ made, settings: { wrong_labels: 0.5 } }), /50\.0 % of the labels were wrong: 50\.0 % .* right labels: 90\.0 %\. Wrong labels contradict/);
  made.frames[1].test_accuracy = 0.02;
  assert.doesNotMatch(said({ made, settings: { wrong_labels: 1 } }), /contradict/);
});

test("without biases it says what they give, where that is known", () => {
  assert.match(said({ settings: { biases: false }, base }), /Without biases .* With biases: 95\.0 %\./);
  assert.doesNotMatch(said({ settings: { biases: false } }), /With biases:/);
});

test("weights that make up for the biases are named only where it reads as many right without biases", () => {
  const without = (accuracy) => said({ made: answer({ accuracies: [0.1, accuracy] }), settings: { biases: false }, base });
  assert.match(without(0.94), /make up for the biases/);
  assert.doesNotMatch(without(0.9), /make up for the biases/);
});

test("larger steps that end at a higher cost are named where no dead output explains it", () => {
  const faster = { settings: { rate: 30 }, base };
  assert.match(said({ made: answer({ costs: [1.5, 0.2] }), ...faster }), /With the learning rate 3 it is 95\.0 %\. Larger steps/);
  assert.doesNotMatch(said({ made: answer({ costs: [1.5, 0.05] }), ...faster }), /Larger steps/);
  assert.doesNotMatch(said({ made: answer({ costs: [1.5, 0.2] }), base }), /Larger steps/);
});

test("a cost that is no number, and an accuracy as of guessing, are named", () => {
  const text = said({ made: answer({ accuracies: [0.1, 0.1], costs: [1, null] }) });
  assert.match(text, /From mini-batch 10 on the cost is no number/);
  assert.match(text, /Guessing gets 10 of 100 right/);
});

test("it says when the server's time was over", () => {
  assert.match(said({ made: { ...answer(), stopped: "time" } }), /over after 10 mini-batches/);
});

test("outputs that are never the largest are named", () => {
  const made = answer();
  made.confusion = made.confusion.map((row) => row.map((count, read) => (read < 3 ? 0 : count)));
  assert.match(said({ made }), /No test digit is read as 0, 1, or 2: /);
});
