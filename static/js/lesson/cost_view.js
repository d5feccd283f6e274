/** The cost of the digit for the label that was chosen, output by output, and its derivative. */

import { signedBar } from "../inside/dom.js";
import { activationText, fixed, signed } from "../inside/format.js";
import { QuadraticCost, oneHot } from "../network/losses.js";
import { scrollingTable } from "./elements.js";
import { words } from "./words.js";

export class CostView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
  }

  /** @param {import("../lesson.js").State} state */
  show({ computed, label }) {
    const { activations } = computed.output;
    const targets = oneHot([label]);
    const rows = activations.map((a, digit) => {
      const derivative = a - targets[digit];
      const cells = [activationText(a), String(targets[digit]), fixed(derivative ** 2 / 2, 4), signed(derivative, 3)];
      return [String(digit), ...cells, signedBar(derivative, 1)];
    });
    this.part("outputs").replaceChildren(scrollingTable(words.outputHeadings, rows));
    this.part("cost").textContent = `C = ${fixed(new QuadraticCost().cost(activations, targets), 4)}`;
  }
}
