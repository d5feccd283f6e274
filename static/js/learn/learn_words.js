/** Every text that the scripts of the learning page write, but for what explains a run. */

import { activationText } from "../ui/format.js";
import { formatNumber, language, translate, translatePlural } from "../ui/translate.js";

const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });

/** @param {number} value @returns {string} such as "3", "0.05", "0.00002" */
export const plain = (value) => short.format(value);

/** @param {number} part 0..1 @returns {string} such as "88.6 %" */
export const percent = (part) => translate("{percent} %", { percent: formatNumber(100 * part, 1) });

/** @param {number} part 0..1 @returns {string} such as "75 %" */
export const wholePercent = (part) => translate("{percent} %", { percent: formatNumber(100 * part) });

/** @param {number?} cost @returns {string} */
const costText = (cost) => (cost === null ? translate("no number") : formatNumber(cost, 3));

const measured = (part) => (part === null || part === undefined ? "–" : percent(part));

export const words = {
  knobs: {
    name: (name, value) => translate("{name}: {value}", { name, value }),
    wrong: (value) => wholePercent(value / 100),
    refused: (names) =>
      translate("The address asks for what is not possible ({names}). The nearest possible value is set.", { names }),
  },

  copied: translate("Copied"),

  again: translate("The saved run is being learnt again …"),
  noDigits: translate("The digits to learn from cannot be loaded. Check the connection, then reload the page."),
  noWorker: translate("This browser cannot train here. Open the page in a current Firefox, Chrome, Edge or Safari."),

  source: {
    trained: translate("Your run"),
    file: translate("A run from a file"),
    kept: translate("Your last run in this tab"),
  },
  place: ({ step, epoch, lastStep }) =>
    step === 0
      ? translate("Before the first mini-batch")
      : translate("Mini-batch {step} of {last}, epoch {epoch}", {
          step: formatNumber(step),
          last: formatNumber(lastStep),
          epoch: formatNumber(epoch, 2),
        }),
  placeAloud: (place, { testAccuracy }) =>
    translate("{place}: {percent} of the test digits right", { place, percent: percent(testAccuracy) }),
  figures: ({ trainAccuracy, testAccuracy, ownAccuracy, cost }) => ({
    test: percent(testAccuracy),
    train: percent(trainAccuracy),
    own: measured(ownAccuracy),
    cost: costText(cost),
  }),
  play: translate("Play"),
  pause: translate("Pause"),
  paused: (place) => translate("Paused. {place}", { place }),
  ended: (place) => translate("The training is over. {place}", { place }),

  curves: {
    test: translate("test digits"),
    train: translate("training digits"),
    own: translate("your digits"),
    other: translate("the other run, paler"),
    accuracyLabel: (first, last) =>
      translate("Accuracy by mini-batch: from {first} to {last} of the test digits right. The table has all numbers.", {
        first: percent(first.testAccuracy),
        last: percent(last.testAccuracy),
      }),
    costLabel: (first, last) =>
      translate("Cost by mini-batch: from {first} to {last}. The table has all numbers.", {
        first: costText(first.cost),
        last: costText(last.cost),
      }),
    headings: [translate("Mini-batch"), translate("Test digits"), translate("Training digits"), translate("Your digits"), translate("Training cost"), translate("Test cost")],
    row: ({ step, testAccuracy, trainAccuracy, ownAccuracy, cost, testCost }) => [
      formatNumber(step),
      percent(testAccuracy),
      percent(trainAccuracy),
      measured(ownAccuracy),
      costText(cost),
      costText(testCost),
    ],
  },

  neurons: {
    label: (neuron) => translate("Hidden neuron {number}", { number: neuron + 1 }),
    chosen: (neuron) => translate("The weights of hidden neuron {number}", { number: neuron + 1 }),
  },

  worst: {
    none: translate("It reads every test digit right."),
    digit: (label, read, activation) =>
      translate("is {label}, read as {read} ({activation})", { label, read, activation: activationText(activation) }),
    picture: (label) => translate("A handwritten {label}", { label }),
  },

  matrix: {
    corner: translate("is ↓ read as →"),
    cell: (label, read, count) =>
      translatePlural("{count} digit {label} read as {read}", "{count} digits {label} read as {read}", count, { label, read }),
  },

  backprop: {
    cost: (label, before, after) =>
      translate("Its label is {label}. The cost of this digit: {before}; after the step {after}.", { label, before, after }),
    outputHeadings: [translate("Output"), "z", "a", "y", "δ"],
    weightHeadings: [translate("Weight"), "a", "δ", translate("gradient"), "w", translate("− η · gradient"), translate("new w")],
    toHidden: ({ row, column }, neuron) =>
      translate("pixel in row {row}, column {column} → hidden neuron {neuron}", { row, column, neuron }),
    toOutput: (neuron, output) => translate("hidden neuron {neuron} → output {output}", { neuron, output }),
  },

  tryIt: {
    example: translate("A test digit as an example. Draw your own beside it."),
    own: translate("Your digit, as 28 × 28 pixels"),
    reads: (digit, activation) =>
      translate("This run’s network reads {digit}, activation {activation}.", { digit, activation }),
    without: (neuron, [digit, activation], [healthy, before]) =>
      translate("Without hidden neuron {neuron}: {digit}, activation {activation}. With it: {healthy}, activation {before}.", {
        ...{ neuron, digit, activation, healthy, before },
      }),
  },

  compared: {
    headings: [translate("Compared"), translate("This run"), translate("The other run")],
    figures: {
      test: translate("Test digits right"),
      train: translate("Training digits right"),
      cost: translate("Cost"),
    },
    next: translate("The next runs are drawn over this one."),
  },

  file: {
    large: translate("This file is too large for a run. Choose one that this page has saved."),
    json: translate("This file is no run, or not all of it: it cannot be read. Choose one that this page has saved."),
    format: translate("This file is no run. Choose one that this page has saved."),
    version: translate("This run was saved by another version of the page, which this one cannot read."),
    damaged: translate("A part of this run is missing or damaged. Save it again, or train it again with the same knobs."),
    own: translate("This run has learnt digits of your own, which are not in the file and not in this tab."),
    other: translate("This run comes out differently here than where it was saved, so it is not shown."),
  },

  own: {
    /** What there is to teach, by what was learnt. @type {Record<string, (counts: Record<string, number>) => string>} */
    counts: {
      all: ({ class: ofClass, pad }) =>
        translate("Here are {ofClass} digits of the class’s sheets, and {pad} of the pad that are certain or corrected.", { ofClass, pad }),
      half: ({ class: ofClass, pad }) =>
        translate("Here are {ofClass} digits 5 to 9 of the class’s sheets, and {pad} of the pad that are certain or corrected.", { ofClass, pad }),
    },
    tooFew: (fewest) =>
      translate("At least {fewest} digits are needed. Photograph a class sheet, or draw digits on the first page and correct what is read wrong.", {
        fewest,
      }),
    headings: { before: translate("before"), remembering: translate("now"), alone: translate("now, without remembering") },
    rows: {
      own: translate("Your digits"),
      ownHalf: translate("Your digits 5 to 9"),
      test: translate("Everybody else (MNIST’s test digits)"),
      first: translate("MNIST’s test digits 0 to 4"),
      second: translate("MNIST’s test digits 5 to 9"),
    },
    first: translate("It is first trained to the end …"),
    bet: translate("How many of 100 of your digits that were held back does it read right in the end?"),
    read: (before, now) => translate("{before} → {now}", { before, now }),
    share: (right, total) => translate("{right} of {total}", { right: formatNumber(right), total: formatNumber(total) }),
    interval: ([low, high]) => translate("{low}–{high} %", { low: formatNumber(100 * low), high: formatNumber(100 * high) }),
  },

  broken: {
    reset: translate("As it was before."),
  },
};
