/** Bars for numbers: of one sign, of both signs, and of the ten outputs of a network. */

import { element } from "./dom.js";
import { activationText } from "./format.js";

/** A bar from the middle: to the right for a number above 0, to the left below. */
export function signedBar(value, largest) {
  const bar = element("span", { className: "signed-bar", ariaHidden: "true" }, element("span"));
  bar.dataset.sign = value < 0 ? "minus" : "plus";
  bar.firstChild.style.width = `${(50 * Math.abs(value)) / (largest || 1)}%`;
  return bar;
}

/** @param {number} activation 0..1 */
export function activationBar(activation) {
  const bar = element("span", { className: "neuron-bar", ariaHidden: "true" }, element("span", { className: "level" }));
  bar.firstChild.style.inlineSize = `${100 * activation}%`;
  return bar;
}

/** The ten outputs as bars with their numbers, and marks where they were before a change. */
export class OutputBars {
  /** @param {HTMLOListElement} list gets an item for each output */
  constructor(list) {
    this.items = Array.from({ length: 10 }, (_, digit) => outputItem(digit));
    list.replaceChildren(...this.items);
  }

  /** @param {number[]} activations @param {number[]?} before the change, if there was one */
  show(activations, before) {
    const winner = activations.indexOf(Math.max(...activations));
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
  const bar = activationBar(0);
  bar.append(element("span", { className: "learnt" }));
  return element("li", {}, element("span", { className: "name" }, String(digit)), bar, element("span", { className: "value" }));
}
