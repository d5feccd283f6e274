/** Every text that the lesson's scripts write. */

import { activationText, fixed, signed } from "../ui/format.js";
import { translate, translatePlural } from "../ui/translate.js";

export const words = {
  own(isExample, digit, activation) {
    const values = { digit, activation: activationText(activation) };
    return isExample
      ? translate("This is an example: draw your own digit in step 1. The 15 neurons give {digit}, activation {activation}.", values)
      : translate("Your digit. The 15 neurons give {digit}, activation {activation}.", values);
  },
  ownAlone: (isExample) => (isExample ? translate("This is an example: draw your own digit in step 1.") : translate("Your digit.")),

  curveLabel: (z, a) =>
    translate("The sigmoid from −8 to 8: at z = {z} it is {a}", { z: signed(z), a: activationText(a) }),
  costsLabel: (costs) =>
    translatePlural("The cost at {count} step: from {first} to {last}", "The cost at {count} steps: from {first} to {last}", costs.length, {
      first: fixed(costs[0] ?? 0, 3),
      last: fixed(costs.at(-1) ?? 0, 3),
    }),
  noCosts: translate("No step yet"),

  fromHeadings: [translate("Input"), "a", "w", "w·a", translate("as a bar")],
  outputHeadings: [translate("Output"), "a", "y", "(a − y)² / 2", "a − y", translate("as a bar")],
  changeHeadings: [translate("Output"), translate("before"), translate("now"), translate("as a bar")],
  weightHeadings: [translate("Parameter"), translate("before"), "∂C/∂w", translate("after")],

  weight: (from, to) => translate("weight from {from} to {to}", { from, to }),
  bias: (neuron) => translate("bias of {neuron}", { neuron }),
  input: (neuron) => translate("neuron {number}", { number: neuron + 1 }),
  outputOf: (digit) => translate("output {digit}", { digit }),
  stepCaption: translate("One step with η = 3, for your digit alone: four of the 11,935 parameters"),
  epochs: (epochs, read, digit, activation) =>
    translatePlural(
      "After {count} epoch: {read} of the 100 digits are read right. For your digit it gives {digit}, activation {activation}.",
      "After {count} epochs: {read} of the 100 digits are read right. For your digit it gives {digit}, activation {activation}.",
      epochs,
      { read, digit, activation: activationText(activation) },
    ),
  together: (steps, before, now) =>
    translatePlural(
      "After {count} step: of 100 other digits it reads {now} right; before, {before}.",
      "After {count} steps: of 100 other digits it reads {now} right; before, {before}.",
      steps,
      { before, now },
    ),

  /** @param {number} label @param {number} cost @param {number?} before null before the first step */
  example: (label, cost, before) =>
    before === null
      ? translate("a {label}: cost {cost}", { label, cost: fixed(cost, 3) })
      : translate("a {label}: cost {cost}, before {before}", { label, cost: fixed(cost, 3), before: fixed(before, 3) }),

  answered: (status) => translate("The server has answered with status {status}.", { status }),
};
