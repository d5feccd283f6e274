/** What a run shows, in plain sentences, from its numbers. */

import { formatNumber, language, translate } from "../translate.js";
import { symptoms } from "./breaks.js";
import { percent, plain } from "./words.js";

const list = new Intl.ListFormat(language, { type: "disjunction" });
const GUESSED = 0.15; // of the digits: guessing reads one in ten right
const AS_GOOD = 0.02; // between two such accuracies: other seeds differ as much

/**
 * @typedef {object} Shown a run, and how it came about
 * @property {import("./run.js").Run} run
 * @property {import("./knobs.js").Knobs} knobs
 * @property {"trained" | "recorded" | "file" | "kept"} source
 * @property {"silence" | "shake" | "teach" | null} [change] what was changed in the run before, or what it learnt since
 * @property {number} [neuron] that was silenced, from 0
 * @property {Shown?} [base] the run before, that was changed or broken
 */

/** @param {Shown} shown @returns {string} */
export function explain(shown) {
  const { run } = shown;
  const { overflowStep, equalStep, areOutputsOff, deadOutputs } = symptoms(run);
  const accuracy = run.lastFrame.test_accuracy;
  const sentences = [
    outcome(shown),
    overflowStep !== null && texts.overflow(overflowStep),
    run.settings.biases === false && texts.noBiases(shown),
    run.settings.wrong_labels > 0 && texts.wrongLabels(run),
    equalStep !== null && texts.allEqual(run.hidden, equalStep, equalStep === run.lastFrame.step),
    areOutputsOff && texts.outputsOff(run.lastFrame.cost),
    !areOutputsOff && deadOutputs.length > 0 && texts.deadOutputs(deadOutputs),
    !areOutputsOff && deadOutputs.length === 0 && isWorseWithLargerSteps(shown) && texts.largerSteps(shown.base.run),
    accuracy < GUESSED && texts.guessing,
    run.isCutShort && texts.cutShort(run.lastFrame.step),
  ];
  return sentences.filter(Boolean).join(" ");
}

function isWorseWithLargerSteps({ run, base }) {
  return base && run.settings.rate > base.run.settings.rate && run.lastFrame.cost > base.run.lastFrame.cost;
}

/** How well it reads, and what it was before. */
function outcome({ run, change, neuron, base }) {
  const { frames, lastFrame, correct, counts } = run;
  if (change === "silence") return texts.silenced(neuron, correct, counts, base.run.correct.test);
  if (change === "shake") return texts.shaken(correct, counts, base.run.correct.test);
  if (change === "teach") return texts.taught(run);
  const trained = texts.trained(lastFrame.test_accuracy, frames[0].test_accuracy);
  return run.hasOwn ? `${trained} ${texts.ownHand(run)}` : trained;
}

const texts = {
  trained: (now, before) =>
    translate("{percent} of the test digits are read right, {before} before the training.", {
      percent: percent(now),
      before: percent(before),
    }),

  /** The network without the neuron is measured before it learns on. */
  silenced: (neuron, { test, test_before }, { test: total }, healthy) =>
    translate(
      "Hidden neuron {number} is silenced: its weights to all outputs are 0. Of {total} test digits {before} are read right " +
        "without it, {healthy} with it. Then it learns on, and the weights of the others make up for it: {now}.",
      { number: neuron + 1, ...counted({ total, before: test_before, healthy, now: test }) },
    ),

  shaken: ({ test, test_before }, { test: total }, healthy) =>
    translate(
      "A random number as large as the weights are is added to each weight. Of {total} test digits {before} are read right " +
        "then, {healthy} before. Then it learns on: {now}.",
      counted({ total, before: test_before, healthy, now: test }),
    ),

  /** @param {import("./run.js").Run} run */
  ownHand: ({ correct, counts }) =>
    translate(
      "Your hand: {now} of {total} right, before {before}.",
      counted({ now: correct.own_held_back, before: correct.own_before, total: counts.own_held_back }),
    ),

  /** @param {import("./run.js").Run} run always with both figures */
  taught: (run) => {
    const { correct, counts, settings } = run;
    const others = translate("Everybody else’s: {now}, before {before}.", {
      now: percent(correct.test / counts.test),
      before: percent(correct.test_before / counts.test),
    });
    const hasForgotten = settings.remember === false && correct.test < correct.test_before;
    return [texts.ownHand(run), others, hasForgotten && texts.forgetting].filter(Boolean).join(" ");
  },
  forgetting: translate(
    "MNIST’s digits were not in this training: the steps for your digits also change weights that the others need.",
  ),

  overflow: (step) =>
    translate("From mini-batch {step} on the cost is no number: the weights became too large to compute with.", {
      step: formatNumber(step),
    }),

  /** @param {Shown} shown */
  noBiases: ({ run, base }) => {
    const text = translate(
      "Without biases the sum z of each hidden neuron is 0 for blank paper, and its activation is always a half: it cannot be on or off by itself.",
    );
    if (!base) return text;
    const accuracy = base.run.lastFrame.test_accuracy;
    const withBiases = translate("With biases: {percent}.", { percent: percent(accuracy) });
    const isAsGood = Math.abs(accuracy - run.lastFrame.test_accuracy) < AS_GOOD;
    return [text, withBiases, isAsGood && texts.noneNeeded].filter(Boolean).join(" ");
  },

  noneNeeded: translate("The weights can make up for the biases here."),

  /** @param {import("./run.js").Run} run */
  wrongLabels: ({ settings, lastFrame }) => {
    const values = {
      wrong: percent(settings.wrong_labels),
      train: percent(lastFrame.train_accuracy),
      test: percent(lastFrame.test_accuracy),
    };
    return lastFrame.test_accuracy > lastFrame.train_accuracy
      ? translate(
          "{wrong} of the labels were wrong: {train} of the training digits are read as they are labelled. The test digits have " +
            "right labels: {test}. Wrong labels contradict one another, right ones agree.",
          values,
        )
      : translate(
          "{wrong} of the labels were wrong: {train} of the training digits are read as they are labelled, {test} of the test digits.",
          values,
        );
  },

  allEqual: (hidden, step, isLast) => {
    const values = { hidden, step: formatNumber(step) };
    return isLast
      ? translate(
          "After {step} mini-batches all {hidden} hidden neurons still have the same weights: they began alike, so that every step " +
            "changes them alike. Together they compute no more than one neuron.",
          values,
        )
      : translate(
          "Until mini-batch {step} all {hidden} hidden neurons have the same weights: they began alike, so that every step changes " +
            "them alike. Only the rounding errors of the computer, which differ a little, drive them apart after that.",
          values,
        );
  },

  outputsOff: (cost) =>
    translate(
      "All ten outputs are almost 0, whatever the digit: that gives the cost of {cost}. There the sigmoid is flat: its slope is " +
        "almost 0, and so is every step. The steps were too large, and now nothing is learnt any more.",
      { cost: formatNumber(cost, 3) },
    ),

  deadOutputs: (digits) =>
    translate(
      "No test digit is read as {digits}: these outputs are almost 0, whatever the digit. There the sigmoid is flat: its slope is " +
        "almost 0, and so is every step of their weights. Steps that are too large can bring outputs there.",
      { digits: list.format(digits.map(String)) },
    ),

  /** @param {import("./run.js").Run} before with smaller ones */
  largerSteps: ({ settings, lastFrame }) =>
    translate("With the learning rate {rate} it is {percent}. Larger steps go past where the cost is low.", {
      rate: plain(settings.rate),
      percent: percent(lastFrame.test_accuracy),
    }),

  guessing: translate("Guessing gets 10 of 100 right: this is about as good."),

  cutShort: (step) =>
    translate("The server’s time for one training was over after {step} mini-batches: shown is what was learnt until then.", {
      step: formatNumber(step),
    }),
};

const counted = (counts) => Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, formatNumber(count)]));
