/** The networks side by side on the same digit. */

import { twoLargest } from "./attribution.js";
import { activationText } from "./format.js";
import { words } from "./words.js";

/** @typedef {{model: string, activations: number[], milliseconds: number}} Reading of one network */

/**
 * @param {HTMLTableElement} table has a row for each network
 * @param {Reading[]} networks none while there is nothing to read
 */
export function showNetworks(table, networks) {
  for (const row of table.tBodies[0].rows) {
    const reading = networks.find(({ model }) => model === row.dataset.model);
    const texts = reading ? describe(reading) : {};
    for (const cell of row.querySelectorAll("[data-part]")) cell.textContent = texts[cell.dataset.part] ?? "";
  }
}

function describe({ activations, milliseconds }) {
  const [first, second] = twoLargest(activations);
  return {
    digit: first,
    activation: activationText(activations[first]),
    next: words.next(second, activations[second]),
    time: words.time(milliseconds),
  };
}
