/** Two runs side by side: the knobs in which they differ, and what they led to. */

import { table } from "../inside/dom.js";
import { tellingKnobs } from "./knobs.js";
import { percent, words } from "./words.js";

/**
 * @param {import("./explanations.js").Shown} one @param {import("./explanations.js").Shown} other
 * @param {import("./knobs_view.js").KnobsView} knobsView names the knobs
 * @returns {HTMLTableElement}
 */
export function comparisonTable(one, other, knobsView) {
  const names = [...new Set([...tellingKnobs(one.knobs), ...tellingKnobs(other.knobs)])];
  const knobRows = names.map((name) => {
    const [first, second] = [one, other].map(({ knobs }) => knobsView.textOf(name, knobs[name]));
    return [knobsView.nameOf(name), first, first === second ? second : `${second} ≠`];
  });
  const figures = [one, other].map(({ run }) => words.figures(run.lastFrame));
  const figureRows = Object.entries(words.compared.figures).map(([name, text]) => [text, ...figures.map((each) => each[name])]);
  return table(words.compared.headings, [...knobRows, ...figureRows]);
}
