/** A chart of lines by mini-batch: drawn up to the moment that is shown, another run's lines paler beside them. */

import { element } from "../inside/dom.js";

const [WIDTH, HEIGHT] = [360, 200]; // units of the drawing
const MARGIN = { left: 44, right: 10, top: 8, bottom: 22 };
const INNER = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
const SHARES = [0, 0.25, 0.5, 0.75, 1]; // of an axis, where there are marks
const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {{name: string, text: string, of: (frame: object) => number?}} Line a value that is null interrupts it
 * @typedef {{frames: object[], end: number, other: object[]?, lastStep: number, isLogarithmic: boolean}} Shown frames up to
 *   the place `end`; the other run's are shown whole
 */

export class Chart {
  #axes = shape("g");
  #paths = new Map();
  #drawnAxes = "";

  /**
   * @param {HTMLElement} root
   * @param {{lines: Line[], otherText: string, formatY: (value: number) => string, formatX: (value: number) => string,
   *   most?: number}} options the largest value; without one it follows the values
   */
  constructor(root, { lines, otherText, formatY, formatX, most = null }) {
    Object.assign(this, { lines, formatY, formatX, most });
    this.svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.svg.append(this.#axes);
    const add = (key, name, attributes) => this.#paths.set(key, this.svg.appendChild(shape(name, attributes)));
    for (const { name } of lines) add(`other ${name}`, "path", { class: `line ${name} is-other` });
    for (const { name } of lines) add(name, "path", { class: `line ${name}` });
    for (const { name } of lines) add(`dot ${name}`, "circle", { r: 4, class: `dot ${name}` });
    this.legend = element("ul", { className: "curve-legend row words small" });
    for (const { name, text } of lines) this.legend.append(legendItem(name, text));
    this.otherItem = legendItem(`${lines[0].name} is-other`, otherText);
    this.legend.append(this.otherItem);
    root.replaceChildren(this.svg, this.legend);
  }

  /** @param {Shown} shown @param {string} label what the chart shows, in words */
  draw({ frames, end, other, lastStep, isLogarithmic }, label) {
    set(this.svg, { role: "img", "aria-label": label });
    const x = stepScale(lastStep, INNER.width, isLogarithmic);
    const all = [...frames, ...(other ?? [])].flatMap((frame) => this.lines.map(({ of }) => of(frame)));
    const most = this.most ?? roundLimit(all);
    const y = heightScale(most, INNER.height);
    this.#drawAxes(x, y, most, lastStep, isLogarithmic);
    const place = (frame, of) => ({ x: MARGIN.left + x(frame.step), y: of(frame) === null ? null : MARGIN.top + y(of(frame)) });
    this.lines.forEach(({ name, of }, n) => {
      const points = frames.slice(0, end + 1).map((frame) => place(frame, of));
      this.#paths.get(name).setAttribute("d", linePath(points));
      this.#paths.get(`other ${name}`).setAttribute("d", linePath((other ?? []).map((frame) => place(frame, of))));
      const last = points.at(-1);
      const dot = this.#paths.get(`dot ${name}`);
      dot.toggleAttribute("hidden", last.y === null);
      set(dot, { cx: last.x, cy: last.y ?? 0 });
      this.legend.children[n].hidden = points.every((point) => point.y === null);
    });
    this.otherItem.hidden = !other;
  }

  #drawAxes(x, y, most, lastStep, isLogarithmic) {
    const key = [most, lastStep, isLogarithmic].join();
    if (key === this.#drawnAxes) return;
    this.#drawnAxes = key;
    const heights = SHARES.flatMap((share) => heightMark(MARGIN.top + y(share * most), this.formatY(share * most)));
    const ticks = stepTicks(lastStep, isLogarithmic).map((step) => stepMark(MARGIN.left + x(step), this.formatX(step)));
    this.#axes.replaceChildren(...heights, ...ticks);
  }
}

/**
 * Where a mini-batch lies on an axis. On a logarithmic one each ten times as many are as far away: the first twenty change
 * the most.
 * @param {number} last @param {number} length of the axis @param {boolean} isLogarithmic
 * @returns {(step: number) => number}
 */
export function stepScale(last, length, isLogarithmic) {
  const scale = isLogarithmic ? (step) => Math.log10(1 + step) : (step) => step;
  return (step) => (length * scale(step)) / scale(Math.max(last, 1));
}

/** @param {number} last @param {boolean} isLogarithmic @returns {number[]} 0, 1, 10, 100 ... or 0 and even steps, up to the last */
export function stepTicks(last, isLogarithmic) {
  const ticks = [0];
  if (isLogarithmic) for (let tick = 1; tick <= last; tick *= 10) ticks.push(tick);
  else for (let tick = roundLimit([last / 5]); tick <= last; tick += roundLimit([last / 5])) ticks.push(tick);
  return ticks;
}

/** @param {number} most that is on the axis @param {number} length @returns {(value: number) => number} from the top */
export const heightScale = (most, length) => (value) => length * (1 - Math.min(Math.max(value / most, 0), 1));

/** @param {number[]} values @returns {number} a round number, 1, 2 or 5 times a power of ten, that none of them exceeds */
export function roundLimit(values) {
  const most = Math.max(...values.filter(Number.isFinite), 0);
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((limit) => limit >= most) ?? most;
}

/** @param {{x: number, y: number?}[]} points those without a height interrupt the line @returns {string} the path of an SVG */
export function linePath(points) {
  let isPenDown = false;
  const parts = points.map(({ x, y }) => {
    const command = isPenDown ? "L" : "M";
    isPenDown = y !== null;
    return isPenDown ? `${command}${x.toFixed(1)} ${y.toFixed(1)}` : "";
  });
  return parts.join("");
}

function heightMark(y, text) {
  return [
    shape("line", { class: "grid", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y, y2: y }),
    shape("text", { class: "at-left", x: MARGIN.left - 5, y: y + 4 }, text),
  ];
}

const stepMark = (x, text) => shape("text", { class: "below", x, y: HEIGHT - 6 }, text);

/** What a line is, with a sample of it: they differ without colours, too. */
function legendItem(className, text) {
  const svg = shape("svg", { viewBox: "0 0 32 10", "aria-hidden": "true" });
  svg.append(shape("path", { d: "M0 5L32 5", class: `line ${className}` }));
  return element("li", {}, svg, text);
}

function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  made.append(...children);
  return made;
}

function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}
