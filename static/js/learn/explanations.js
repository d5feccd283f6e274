/** What a run shows, in plain sentences, from its numbers. */

import { percent, plain } from "../ui/format.js";
import { formatNumber, language, translate } from "../ui/translate.js";
import { symptoms } from "./breaks.js";
import { differing } from "./knobs.js";

const list = new Intl.ListFormat(language, { type: "disjunction" });
const GUESSED = 0.15; // of the digits: guessing reads one in ten right
const AS_GOOD = 0.02; // between two such accuracies: other seeds differ as much

const HALF = 0.5; // of the test digits

const TEST = 2000; // digits that a frame is measured on

/**
 * @param {import("./run.js").Run} run with its results
 * @param {import("./run.js").Run?} base the run that it is a change of
 * @param {import("./run.js").Run?} [other] that it is compared with
 * @returns {string}
 */
export function explain(run, base, other = null) {
  const { overflowStep, equalStep, areOutputsOff, deadOutputs, deadHidden } = symptoms(run);
  const { knobs, lastFrame } = run;
  const sentences = [
    outcome(run),
    overflowStep !== null && texts.overflow(overflowStep),
    knobs.biases === "no" && knobs.activation === "sigmoid" && texts.noBiases(run, base),
    knobs.wrong > 0 && texts.wrongLabels(run),
    equalStep !== null && texts.allEqual(run.hidden, equalStep),
    areOutputsOff && texts.outputsOff(lastFrame.cost),
    !areOutputsOff && deadOutputs.length > 0 && texts.deadOutputs(deadOutputs),
    !areOutputsOff && deadOutputs.length === 0 && isWorseWithLargerSteps(run, base) && texts.largerSteps(base),
    deadHidden > 0 && texts.deadHidden(deadHidden, run.hidden),
    isSlowdown(run, other) && texts.slowdown(run, other),
    lastFrame.testAccuracy < GUESSED && texts.guessing,
  ];
  return sentences.filter(Boolean).join(" ");
}

function isWorseWithLargerSteps(run, base) {
  return base?.isOver && run.isOver && run.knobs.rate > base.knobs.rate && run.lastFrame.cost > base.lastFrame.cost;
}

/** Whether two runs begin with outputs that are wrong and saturated, and differ in their cost alone. */
const isSlowdown = (run, other) => other && run.knobs.start === "wrong" && differing(run.knobs, other.knobs).join() === "cost";

/** How well it reads, and what it was before. */
function outcome(run) {
  const { frames, lastFrame, disturbance } = run;
  if (disturbance) {
    const [healthy, before] = frames.slice(disturbance.position, disturbance.position + 2);
    if (disturbance.kind === "teach") return texts.taught(before, run);
    const counts = { total: TEST, before: rightOf(before), healthy: rightOf(healthy), now: rightOf(lastFrame) };
    return disturbance.kind === "silence" ? texts.silenced(disturbance.neuron, counts) : texts.shaken(counts);
  }
  const trained = texts.trained(lastFrame.testAccuracy, frames[0].testAccuracy);
  const ofHalves = halvesText(run);
  return ofHalves ? `${trained} ${ofHalves}` : trained;
}

/** How well it reads the half of the digits that it has learnt, and the other one; nothing where it has learnt all. */
function halvesText({ knobs: { digits }, lastFrame: { testHalves } }) {
  if (digits === "half") return texts.halfLearnt(testHalves[1]);
  const [learnt, others] = testHalves.map(({ right, total }) => percent(right / total));
  if (digits === "slanted") return texts.slantedLearnt({ learnt, others });
  return digits === "upright" ? texts.uprightLearnt({ learnt, others }) : "";
}

const rightOf = ({ testAccuracy }) => Math.round(TEST * testAccuracy);

const texts = {
  trained: (now, before) =>
    translate("{percent} of the test digits are read right, {before} before the training.", {
      percent: percent(now),
      before: percent(before),
    }),

  /** The network without the neuron is measured before it learns on. */
  silenced: (neuron, counts) =>
    translate(
      "Hidden neuron {number} is silenced: its weights to all outputs are 0. Of {total} test digits {before} are read right " +
        "without it, {healthy} with it. Then it learns on, and the weights of the others make up for it: {now}.",
      { number: neuron + 1, ...counted(counts) },
    ),

  shaken: (counts) =>
    translate(
      "A random number as large as the weights are is added to each weight. Of {total} test digits {before} are read right " +
        "then, {healthy} before. Then it learns on: {now}.",
      counted(counts),
    ),

  halfLearnt: (counts) =>
    translate("It has learnt the digits 0 to 4 alone. Of {total} test digits 5 to 9 it reads {right} right.", counted(counts)),

  slantedLearnt: (shares) =>
    translate(
      "It has learnt only digits that lean to the right. Of such test digits it reads {learnt} right, of those that are upright or " +
        "lean to the left {others}.",
      shares,
    ),

  uprightLearnt: (shares) =>
    translate(
      "It has learnt only digits that are upright or lean to the left. Of such test digits it reads {learnt} right, of those that " +
        "lean to the right {others}.",
      shares,
    ),

  /** Always the figures of the user's digits and of everybody else's. @param {import("./training.js").Frame} before */
  taught: (before, { knobs, lastFrame: now, disturbance: { isRemembering } }) => {
    const isHalf = knobs.digits === "half";
    const own = { now: Math.round(now.ownAccuracy * now.ownTotal), before: Math.round(before.ownAccuracy * now.ownTotal), total: now.ownTotal };
    const known = ({ testAccuracy, testHalves: [first] }) => (isHalf ? first.right / first.total : testAccuracy);
    const others = { now: percent(known(now)), before: percent(known(before)) };
    const hasForgotten = !isRemembering && known(before) - known(now) > AS_GOOD;
    const sentences = isHalf
      ? [
          translate("Your digits 5 to 9: {now} of {total} right, before {before}.", counted(own)),
          translate("Everybody else’s 0 to 4: {now}, before {before}.", others),
        ]
      : [
          translate("Your digits: {now} of {total} right, before {before}.", counted(own)),
          translate("Everybody else’s: {now}, before {before}.", others),
        ];
    return [...sentences, hasForgotten && texts.forgetting].filter(Boolean).join(" ");
  },
  forgetting: translate(
    "MNIST’s digits were not in this training: the steps for your digits also change weights that the others need.",
  ),

  overflow: (step) =>
    translate("From mini-batch {step} on the cost is no number: the weights became too large to compute with.", {
      step: formatNumber(step),
    }),

  noBiases: ({ lastFrame, isOver }, base) => {
    const text = translate(
      "Without biases the sum z of each hidden neuron is 0 for blank paper, and its activation is always a half: it cannot be on or off by itself.",
    );
    if (!base || base.knobs.biases === "no" || !isOver || !base.isOver) return text;
    const accuracy = base.lastFrame.testAccuracy;
    const withBiases = translate("With biases: {percent}.", { percent: percent(accuracy) });
    const isAsGood = Math.abs(accuracy - lastFrame.testAccuracy) < AS_GOOD;
    return [text, withBiases, isAsGood && texts.noneNeeded].filter(Boolean).join(" ");
  },

  noneNeeded: translate("The weights can make up for the biases here."),

  wrongLabels: ({ knobs, lastFrame }) => {
    const values = {
      wrong: percent(knobs.wrong / 100),
      train: percent(lastFrame.trainAccuracy),
      test: percent(lastFrame.testAccuracy),
    };
    return lastFrame.testAccuracy > lastFrame.trainAccuracy
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

  allEqual: (hidden, step) =>
    translate(
      "After {step} mini-batches all {hidden} hidden neurons still have the same weights: they began alike, so that every step " +
        "changes them alike. Together they compute no more than one neuron.",
      { hidden, step: formatNumber(step) },
    ),

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

  deadHidden: (count, hidden) =>
    translate(
      "{count} of {hidden} hidden neurons give 0 for each of the test digits that are read worst. A ReLU is flat where its sum is " +
        "below 0: its slope is 0 there, and so is every step of its weights.",
      { count, hidden },
    ),

  /** Both after so many mini-batches as cross-entropy needs to read half of the test digits right, or after all. */
  slowdown: (run, other) => {
    const [quadratic, entropy] = run.knobs.cost === "quadratic" ? [run, other] : [other, run];
    const reached = entropy.frames.find(({ testAccuracy }) => testAccuracy >= HALF) ?? entropy.lastFrame;
    const same = quadratic.frames.findLast(({ step }) => step <= reached.step);
    return translate(
      "At the start the output for 0 is almost 1 and the others are almost 0, whatever the digit: wrong for nine of ten digits. " +
        "After {step} mini-batches {entropy} are read right with cross-entropy, and {quadratic} with the quadratic cost. Each step " +
        "of the quadratic cost has the slope of the sigmoid, a · (1 − a), as a factor, and that is almost 0 at first. With " +
        "cross-entropy δ is a − y: the further off an output is, the larger the step.",
      { step: formatNumber(reached.step), entropy: percent(reached.testAccuracy, 0), quadratic: percent(same.testAccuracy, 0) },
    );
  },

  largerSteps: ({ knobs, lastFrame }) =>
    translate("With the learning rate {rate} it is {percent}. Larger steps go past where the cost is low.", {
      rate: plain(knobs.rate),
      percent: percent(lastFrame.testAccuracy),
    }),

  guessing: translate("Guessing gets 10 of 100 right: this is about as good."),
};

const counted = (counts) => Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, formatNumber(count)]));
