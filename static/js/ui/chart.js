/** Charts: lines by mini-batch or by epoch, drawn up to the moment that is shown, plots of functions, and bars. */

import { element, svg } from "./dom.js";
import { activationText, fixed } from "./format.js";

const [WIDTH, HEIGHT] = [360, 200]; // units of the drawing
const MARGIN = { left: 44, right: 10, top: 8, bottom: 22 };
const INNER = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
const SHARES = [0, 0.25, 0.5, 0.75, 1]; // of an axis, where there are marks

/**
 * @typedef {{name: string, text?: string, of: (frame: object) => number?}} Line a value that is null interrupts it; one without a text
 *   is not in the legend
 * @typedef {{frames: object[], end: number, other?: object[]?, otherText?: string, lastStep: number, isLogarithmic: boolean}} Shown frames up to
 *   the place `end`; the other run's up to the same moment, and whole at the end of the frames
 */

export class Chart {
  /**
   * @param {{lines: Line[], formatY: (value: number) => string, formatX: (value: number) => string,
   *   most?: number}} options the largest value; without one it follows the values
   */
  constructor(root, { lines, formatY, formatX, most = null }) {
    Object.assign(this, { lines, formatY, formatX, most });
    this.svg = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
    this.items = lines.map(({ name, text = "" }) => legendItem(name, text));
    this.otherItem = legendItem(`${lines[0].name} is-other`, "");
    this.otherItem.hidden = true; // until there is another run
    root.replaceChildren(this.svg, element("ul", { className: "curve-legend row words small" }, ...this.items, this.otherItem));
  }

  /** @param {Shown} shown @param {string} label what the chart shows, in words */
  draw({ frames, end, other = null, otherText = "", lastStep, isLogarithmic }, label) {
    const x = stepScale(lastStep, INNER.width, isLogarithmic);
    const most = this.most ?? roundLimit([...frames, ...(other ?? [])].flatMap((frame) => this.lines.map(({ of }) => of(frame))));
    const y = heightScale(most, INNER.height);
    const heights = SHARES.flatMap((share) => heightMark(MARGIN.top + y(share * most), this.formatY(share * most)));
    const ticks = stepTicks(lastStep, isLogarithmic).map((step) => stepMark(MARGIN.left + x(step), this.formatX(step)));
    const place = (frame, of) => ({ x: MARGIN.left + x(frame.step), y: of(frame) === null ? null : MARGIN.top + y(of(frame)) });
    const isWhole = end === frames.length - 1 && frames[end].isLast;
    const others = (other ?? []).filter(({ step }) => isWhole || step <= frames[end].step);
    const shapes = this.lines.map(({ name, text, of }, n) => {
      const line = (shown, kind) => svg("path", { class: `line ${name}${kind}`, d: linePath(shown.map((frame) => place(frame, of))) });
      const [shown, last] = [frames.slice(0, end + 1), place(frames[end], of)];
      this.items[n].hidden = !text || shown.every((frame) => of(frame) === null);
      const dot = last.y === null ? [] : [svg("circle", { r: 4, class: `dot ${name}`, cx: last.x, cy: last.y })];
      return { other: line(others, " is-other"), own: line(shown, ""), dot };
    });
    const [otherPaths, owns, dots] = ["other", "own", "dot"].map((kind) => shapes.flatMap((shape) => shape[kind]));
    this.svg.setAttribute("role", "img");
    this.svg.ariaLabel = label;
    this.svg.replaceChildren(...heights, ...ticks, ...otherPaths, ...owns, ...dots);
    this.otherItem.hidden = !other;
    this.otherItem.lastChild.textContent = otherText;
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
    svg("line", { class: "grid", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y, y2: y }),
    svg("text", { "text-anchor": "end", x: MARGIN.left - 5, y: y + 4 }, text),
  ];
}

const stepMark = (x, text) => svg("text", { class: "below", "text-anchor": "middle", x, y: HEIGHT - 6 }, text);

/** What a line is, with a sample of it: they differ without colours, too. */
function legendItem(className, text) {
  const sample = svg("path", { d: "M0 5L32 5", class: `line ${className}` });
  return element("li", {}, svg("svg", { viewBox: "0 0 32 10", "aria-hidden": "true" }, sample), text);
}

const PLOT_MARGIN = { left: 52, right: 12, top: 14, bottom: 30 };

/** Axes with numbers, lines and dots in a drawing that is there. */
export class Plot {
  /** @param {SVGSVGElement} drawing is emptied @param {Range} across @param {Range} down from the bottom up */
  constructor(drawing, across, down) {
    this.svg = drawing;
    const { width, height } = drawing.viewBox.baseVal;
    this.x = scale(across, PLOT_MARGIN.left, width - PLOT_MARGIN.right);
    this.y = scale(down, height - PLOT_MARGIN.bottom, PLOT_MARGIN.top);
    drawing.replaceChildren();
    this.#add("path", {
      class: "axis",
      d: `M${PLOT_MARGIN.left} ${PLOT_MARGIN.top}V${height - PLOT_MARGIN.bottom}H${width - PLOT_MARGIN.right}`,
    });
  }

  /** @param {number[]} values numbers on the axis below */
  ticksBelow(values) {
    const { height } = this.svg.viewBox.baseVal;
    for (const value of values) this.#text(this.x(value), height - 8, fixed(value, 0), "middle");
  }

  /** @param {number[]} values numbers on the axis beside @param {number} decimals */
  ticksBeside(values, decimals = 1) {
    for (const value of values) this.#text(PLOT_MARGIN.left - 8, this.y(value) + 5, fixed(value, decimals), "end");
  }

  /** @param {[number, number][]} points @param {string} name its class */
  line(points, name) {
    this.#add("path", { class: name, d: linePath(points.map(([x, y]) => ({ x: this.x(x), y: this.y(y) }))) });
  }

  dot(x, y, name) {
    this.#add("circle", { class: name, cx: this.x(x), cy: this.y(y), r: name === "chosen" ? 9 : 4 });
  }

  #text(x, y, text, anchor) {
    this.#add("text", { x, y, "text-anchor": anchor }, text);
  }

  #add(name, attributes, ...children) {
    this.svg.append(svg(name, attributes, ...children));
  }
}

const scale = ([from, to], start, end) => (value) => start + ((value - from) / (to - from)) * (end - start);

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
      showActivation(item, activations[digit], before?.[digit]);
    });
  }
}

function outputItem(digit) {
  return element("li", {}, element("span", { className: "name" }, String(digit)), ...barWithNumber());
}

/** @returns {HTMLElement[]} a bar and its number, for `showActivation` */
export function barWithNumber() {
  const bar = activationBar(0);
  bar.append(element("span", { className: "learnt" }));
  return [bar, element("span", { className: "value" })];
}

/** Shows an activation as a bar and a number. @param {number} [before] where it was before a change */
export function showActivation(target, activation, before) {
  target.querySelector(".level").style.inlineSize = `${100 * activation}%`;
  const mark = target.querySelector(".learnt");
  mark.hidden = before === undefined;
  mark.style.insetInlineStart = `${100 * (before ?? activation)}%`;
  target.querySelector(".value").textContent = activationText(activation);
}
