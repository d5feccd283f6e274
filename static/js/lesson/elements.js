/** Elements that several steps show. */

import { element, table } from "../ui/dom.js";

/** The view of a step, whose elements have names. */
export class StepView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
  }
}

/** @param {string[]} headings @param {(string | Node)[][]} rows @returns {HTMLElement} a table that scrolls where it is too wide */
export const scrollingTable = (headings, rows) =>
  element("div", { className: "scrollable", tabIndex: 0 }, table(headings, rows));

/** @param {[string, string]} row @returns {HTMLElement} a name and its value in a list */
export const definition = ([name, value]) =>
  element("div", {}, element("dt", {}, name), element("dd", {}, value));

/** @param {number} activation 0..1 @returns {HTMLElement} a bar */
export function level(activation) {
  const bar = element("span", { className: "neuron-bar", ariaHidden: "true" }, element("span", { className: "level" }));
  bar.firstChild.style.inlineSize = `${100 * activation}%`;
  return bar;
}
