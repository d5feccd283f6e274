/** What the trained network reads wrong: the worst test digits, and which digit is read as which. */

import { element } from "../inside/dom.js";
import { SIDE } from "../inside/geometry.js";
import { drawPixels } from "../inside/pictures.js";
import { words } from "./words.js";

/** @param {HTMLElement} root of the player @param {import("./run.js").Run} run */
export function showResults(root, { worst, confusion }) {
  const isNone = worst.length === 0;
  root.querySelector("#worst").replaceChildren(...(isNone ? [element("li", {}, words.worst.none)] : worst.map(worstItem)));
  root.querySelector("#matrix").replaceChildren(matrixTable(confusion));
}

function worstItem({ pixels, label, activations }) {
  const canvas = element("canvas", { width: SIDE, height: SIDE, role: "img", ariaLabel: words.worst.picture(label) });
  drawPixels(canvas, pixels);
  const read = activations.indexOf(Math.max(...activations));
  return element("li", {}, canvas, element("span", {}, words.worst.digit(label, read, activations[read])));
}

/** @param {number[][]} confusion by label, then by what was read @returns {HTMLTableElement} */
function matrixTable(confusion) {
  const digits = confusion.map((_, digit) => element("th", { scope: "col" }, String(digit)));
  const head = element("tr", {}, element("td", {}, words.matrix.corner), ...digits);
  const wrong = confusion.flatMap((row, label) => row.filter((_, read) => read !== label));
  const most = Math.max(...wrong, 1);
  const rows = confusion.map((row, label) => {
    const cells = row.map((count, read) => matrixCell(count, label, read, most));
    return element("tr", {}, element("th", { scope: "row" }, String(label)), ...cells);
  });
  return element("table", { className: "matrix" }, element("thead", {}, head), element("tbody", {}, ...rows));
}

function matrixCell(count, label, read, most) {
  const cell = element("td", { title: words.matrix.cell(label, read, count) }, String(count));
  if (label === read) cell.className = "is-right";
  else if (count > 0) cell.style.setProperty("--share", `${Math.round((100 * count) / most)}%`);
  return cell;
}
