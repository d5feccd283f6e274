/** The confusion matrix as a table: each cell with digits is a button that shows them. */

import { element } from "../ui/dom.js";
import { words } from "./words.js";

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

export class MatrixView {
  /**
   * @param {HTMLTableElement} table with a head
   * @param {(label: number, read: number) => void} onChoose
   */
  constructor(table, onChoose) {
    this.body = table.tBodies[0];
    this.body.addEventListener("click", ({ target }) => {
      const { label, read } = target.closest("button")?.dataset ?? {};
      if (label) onChoose(Number(label), Number(read));
    });
  }

  /**
   * @param {import("./sheets.js").Digit[][][]} matrix
   * @param {{label: number, read: number}?} chosen
   */
  show(matrix, chosen) {
    const focused = this.body.contains(document.activeElement) ? document.activeElement.dataset : {};
    this.body.replaceChildren(...DIGITS.map((label) => this.#row(matrix[label], label, chosen)));
    this.body.querySelector(`[data-label="${focused.label}"][data-read="${focused.read}"]`)?.focus();
  }

  #row(cells, label, chosen) {
    const total = cells.reduce((sum, digits) => sum + digits.length, 0);
    const score = total > 0 ? words.ofRow(cells[label].length, total) : "";
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, String(label)),
      ...DIGITS.map((read) => cell(cells[read].length, total, label, read, chosen)),
      element("td", { className: "row-score" }, score),
    );
  }
}

function cell(count, total, label, read, chosen) {
  const made = element("td", { className: label === read ? "is-right" : "" });
  if (count === 0) return made;
  const isChosen = chosen?.label === label && chosen.read === read;
  const button = element("button", { type: "button", ariaLabel: words.cell(label, read, count), ariaPressed: String(isChosen) });
  button.textContent = count;
  Object.assign(button.dataset, { label, read });
  made.style.setProperty("--share", count / total);
  made.classList.toggle("is-wrong", label !== read);
  made.append(button);
  return made;
}
