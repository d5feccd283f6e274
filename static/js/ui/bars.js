/** Bars for numbers, of one sign or of both. */

import { twoLargest } from "../inside/neuron_sums.js";
import { OUTPUTS } from "../network/article.js";
import { element } from "./dom.js";
import { activationText } from "./format.js";

export class OutputBars {
  /** @param {HTMLOListElement} list gets an item for each output */
  constructor(list) {
    this.items = Array.from({ length: OUTPUTS }, (_, digit) => outputItem(digit));
    list.replaceChildren(...this.items);
  }

  /** @param {number[]} activations @param {number[]?} before the change, if there was one */
  show(activations, before) {
    const [winner] = twoLargest(activations);
    this.items.forEach((item, digit) => {
      item.classList.toggle("is-winner", digit === winner);
      item.querySelector(".level").style.inlineSize = `${100 * activations[digit]}%`;
      const mark = item.querySelector(".learnt");
      mark.hidden = !before;
      mark.style.insetInlineStart = `${100 * (before ?? activations)[digit]}%`;
      item.querySelector(".value").textContent = activationText(activations[digit]);
    });
  }
}

function outputItem(digit) {
  const bar = element("span", { className: "neuron-bar", ariaHidden: "true" });
  bar.append(element("span", { className: "level" }), element("span", { className: "learnt" }));
  return element("li", {}, element("span", { className: "name" }, String(digit)), bar, element("span", { className: "value" }));
}
