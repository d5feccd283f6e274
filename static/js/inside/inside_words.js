/** Every text that the scripts of the inside view write. */

import { activationText, equals, fixed, signed } from "../ui/format.js";
import { formatNumber, translate } from "../ui/translate.js";

const parts = [
  translate("the ink at the top left"),
  translate("the ink at the top"),
  translate("the ink at the top right"),
  translate("the ink at the left"),
  translate("the ink in the middle"),
  translate("the ink at the right"),
  translate("the ink at the bottom left"),
  translate("the ink at the bottom"),
  translate("the ink at the bottom right"),
];

export const words = {
  cannotLoad: translate(
    "The numbers of the network cannot be loaded. Check the connection, then open this view again.",
  ),

  /** @param {[number, number]} best digits @param {number[]} activations */
  computes: ([first, second], activations) =>
    translate(
      "The 15 neurons give {first}, activation {firstActivation}. Next: {second}, activation {secondActivation}.",
      { first, second, firstActivation: activationText(activations[first]), secondActivation: activationText(activations[second]) },
    ),

  /** @param {number} digit @param {boolean} agrees with the 15 neurons */
  largerNetwork: (digit, agrees) =>
    agrees ? translate("A larger network agrees: {digit}.", { digit }) : translate("A larger network reads {digit}.", { digit }),

  /** @param {number} now digit @param {number} before digit @param {number[]} activations @param {number[]} learnt */
  changed: (now, before, activations, learnt) =>
    translate("With your changes: {now}, activation {activation}. Before: {before}, activation {activationBefore}.", {
      now,
      before,
      activation: activationText(activations[now]),
      activationBefore: activationText(learnt[before]),
    }),

  neuronName: {
    hidden: (neuron) => translate("Hidden neuron {number}", { number: neuron + 1 }),
    output: (digit) => translate("Output {digit}", { digit }),
  },

  /** @param {string} name @param {number} activation @param {boolean} isSilenced */
  neuronLabel: (name, activation, isSilenced) =>
    isSilenced
      ? translate("{name}: activation {activation}, silenced", { name, activation: activationText(activation) })
      : translate("{name}: activation {activation}", { name, activation: activationText(activation) }),

  inputLabel: (ink) => translate("The input: 28 × 28 pixels, {ink} of them with ink", { ink }),

  explanation: {
    hidden: translate(
      "It multiplies each pixel’s activation a (0 for paper, 1 for ink) by a weight w, adds up the 784 products and a " +
        "bias b, and passes the sigmoid of the sum on.",
    ),
    output: translate(
      "It multiplies each hidden neuron’s activation a by a weight w, and adds up the 15 products and a bias b. The " +
      "sigmoid of the sum is the activation of this digit.",
    ),
  },

  sumRows: ({ up, down, ups, downs }, bias, z) => [
    [translate("{ups} products w·a above 0", { ups }), signed(up)],
    [translate("{downs} products w·a below 0", { downs }), signed(down)],
    [translate("Σ w·a, the weighted sum"), signed(up + down)],
    [translate("b, the bias"), signed(bias)],
    ["z = Σ w·a + b", signed(z)],
  ],
  sigmoid: "a = sigmoid(z) = 1 / (1 + e⁻ᶻ)",
  silencedActivation: translate("a, silenced"),

  weightsLabel: (name) => translate("{name}, the weights of the 784 pixels", { name }),
  productsLabel: ({ ups, downs }) =>
    translate("Weights times pixels: {ups} push the sum up, {downs} push it down", { ups, downs }),
  touchAPixel: translate("Touch a pixel to see its numbers."),
  pixel: ({ row, column }, a, w) =>
    translate("Row {row}, column {column}: a {activation} × w {weight} = {product}", {
      row,
      column,
      activation: fixed(a, 3),
      weight: fixed(w),
      product: signed(a * w),
    }),

  pixelHeadings: [translate("Pixel"), "a", "w", "w·a"],
  pixelRow: ({ row, column }) => translate("row {row}, column {column}", { row, column }),
  passesOn: (neuron, activation) =>
    translate("What hidden neuron {number} passes on: a {activation}, times a weight to each output", {
      number: neuron + 1,
      activation: equals(activationText(activation)),
    }),
  comesFrom: (digit) => translate("Where the sum of output {digit} comes from", { digit }),
  onHeadings: [translate("To output"), "w", "w·a", translate("as a bar")],
  fromHeadings: [translate("From neuron"), "a", "w", "w·a", translate("as a bar")],

  centred: (x, y) =>
    translate(
      "Placed in 28 × 28 pixels, its centre of mass (the cross, {left} from the left, {top} from the top) as near to the " +
        "middle as whole pixels allow: this is the input of each network.",
      { left: fixed(x, 1), top: fixed(y, 1) },
    ),
  centredLabel: translate("28 × 28 pixels, bright ink on black, with the centre of mass"),

  mapLabel: (first, second, ups, downs) =>
    translate("Contributions of the pixels to the gap: {ups} for {first}, {downs} for {second}", {
      first,
      second,
      ups,
      downs,
    }),
  gapRows: ({ first, second, blankGap, up, down, ups, downs, gap }) => [
    [translate("Blank paper"), blankGap],
    [translate("{count} pixels for {digit}", { count: ups, digit: first }), up],
    [translate("{count} pixels for {digit}", { count: downs, digit: second }), down],
    [translate("The gap, z of {first} minus z of {second}", { first, second }), gap],
  ],
  /** @param {number} first digit @param {number} second digit @param {{up: Part?, down: Part?}} parts of the digit */
  reasons: (first, second, { up, down }) =>
    [
      up && translate("Most for {digit}: {part}, {sum}.", { digit: first, part: parts[up.part], sum: signed(up.sum) }),
      down && translate("Most for {digit}: {part}, {sum}.", { digit: second, part: parts[down.part], sum: signed(down.sum) }),
    ]
      .filter(Boolean)
      .join(" "),

  contributionHeadings: [translate("Pixel"), "a", translate("contribution")],

  whatIf: {
    label: (changed) =>
      translate("Your digit as 28 × 28 pixels, to be changed: {changed} of 784 are changed", { changed }),
    cell: ({ row, column }, activation) =>
      translate("Row {row}, column {column}: a {activation}", { row, column, activation }),

    /** @param {number} first digit @param {number} second digit @param {number} before @param {number} now */
    gap: (first, second, before, now, isChanged) =>
      isChanged
        ? translate("Gap {first} over {second}: {before} → {now}", {
            first,
            second,
            before: signed(before),
            now: signed(now),
          })
        : translate("Gap {first} over {second}: {gap}", { first, second, gap: signed(before) }),

    gives: (now, before) =>
      now === before
        ? translate("The 15 neurons give {digit}.", { digit: now })
        : translate("Now they give {now} instead of {before}.", { now, before }),

    /** @param {string} model @param {string} message the server's sentence */
    asked: (model, message) => translate("{model}: {message}", { model, message }),
    readSame: translate("It got the same picture."),
    readFitted: translate("The server fits each picture into 28 × 28 pixels again: the network got this one."),
  },

  puzzle: {
    task: (from, to) =>
      translate("Turn this {from} into the digit {to} with as few pixels as you can.", { from, to }),

    /** @param {number} changed pixels @param {number} [best] the fewest with which it was solved */
    count(changed, isSolved, best) {
      if (isSolved) return translate("Solved with {changed} of 784 pixels. Your best: {best}.", { changed, best });
      if (best === undefined) return translate("{changed} of 784 pixels changed.", { changed });
      return translate("{changed} of 784 pixels changed. Your best: {best}.", { changed, best });
    },
    solution: (count) =>
      translate(
        "The search changes {count} of 784 pixels, so at most {count} are needed. It is greedy: each step takes the " +
        "pixel that helps most. There may be a solution with fewer.",
        { count },
      ),
    noSolution: translate(
      "The search ends without a solution: after these pixels, no single one helps any more.",
    ),
  },

  next: (digit, activation) => `${digit} (${activationText(activation)})`,
  time: (milliseconds) => `${formatNumber(milliseconds, 2)} ms`,

  tableHeadings: [translate("Neuron"), "Σ w·a", "b", "z", translate("activation")],
};
