/** Accuracy and cost of a run by mini-batch, as lines and as a table; another run's beside them. */

import { element, table } from "../inside/dom.js";
import { heightScale, linePath, roundLimit, stepScale, stepTicks } from "./scales.js";
import { formatNumber } from "../translate.js";
import { plain, wholePercent, words } from "./words.js";

const [WIDTH, HEIGHT] = [360, 200]; // units of the drawing
const MARGIN = { left: 44, right: 10, top: 8, bottom: 22 };
const INNER = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
const SHARES = [0, 0.25, 0.5, 0.75, 1]; // of the height, where there are marks
const OWN_COLUMN = 3; // of the table
const SVG = "http://www.w3.org/2000/svg";

const ACCURACY = [
  { name: "test", of: (frame) => frame.test_accuracy },
  { name: "train", of: (frame) => frame.train_accuracy },
  { name: "own", of: (frame) => frame.own_accuracy ?? null },
];
const COST = [
  { name: "test", of: (frame) => frame.test_cost ?? null },
  { name: "train", of: (frame) => frame.cost },
];

export class Curves {
  #charts = [];
  /** @type {import("./run.js").Run} */
  #run;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.part = (id) => root.querySelector(`#${id}`);
    this.part("frames").addEventListener("toggle", () => this.#showTable());
  }

  /** @param {import("./run.js").Run} run @param {import("./run.js").Run?} other */
  draw(run, other) {
    this.#run = run;
    const runs = [{ run, isOther: false }, ...(other && other !== run ? [{ run: other, isOther: true }] : [])];
    const frames = runs.flatMap((each) => each.run.frames);
    const [first, last] = [run.frames[0], run.lastFrame];
    const lastStep = Math.max(...frames.map(({ step }) => step));
    const cost = roundLimit(frames.flatMap((frame) => COST.map(({ of }) => of(frame))));
    const [accuracyLabel, costLabel] = [words.curves.accuracyLabel, words.curves.costLabel].map((label) => label(first, last));
    const accuracyAxis = { most: 1, lastStep, format: wholePercent, label: accuracyLabel };
    const costAxis = { most: cost, lastStep, format: plain, label: costLabel };
    this.#charts = [
      chart(this.part("accuracy-curve"), runs, ACCURACY, accuracyAxis),
      chart(this.part("cost-curve"), runs, COST, costAxis),
    ];
    this.#showTable();
  }

  /** Marks the frame that is shown. @param {number} position */
  mark(position) {
    for (const { mark } of this.#charts) mark(this.#run.frames[position]);
  }

  /** Fills the table while it is open. */
  #showTable() {
    if (!this.part("frames").open || !this.#run) return;
    const { headings, row } = words.curves;
    const hasOwn = this.#run.hasOwn;
    const kept = (cells) => cells.filter((_, place) => hasOwn || place !== OWN_COLUMN);
    this.part("frame-rows").replaceChildren(table(kept(headings), this.#run.frames.map((frame) => kept(row(frame)))));
  }
}

/** Draws a chart and its legend. @returns {{mark: (frame: object) => void}} */
function chart(root, runs, lines, { most, lastStep, format, label }) {
  const x = (step) => MARGIN.left + stepScale(lastStep, INNER.width)(step);
  const y = (value) => MARGIN.top + heightScale(most, INNER.height)(value);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label });
  svg.append(...SHARES.flatMap((share) => heightMark(y(share * most), format(share * most))));
  svg.append(...stepTicks(lastStep).map((tick) => stepMark(x(tick), formatNumber(tick))));
  const shown = lines.filter(({ of }) => runs[0].run.frames.some((frame) => of(frame) !== null));
  for (const { run, isOther } of runs.toReversed()) {
    for (const { name, of } of shown) {
      const points = run.frames.map((frame) => ({ x: x(frame.step), y: of(frame) === null ? null : y(of(frame)) }));
      svg.append(shape("path", { d: linePath(points), class: `line ${name} ${isOther ? "is-other" : ""}` }));
    }
  }
  const rule = shape("line", { class: "rule", y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom });
  const dots = shown.map(({ name }) => shape("circle", { r: 4, class: `dot ${name}` }));
  svg.append(rule, ...dots);
  root.replaceChildren(svg, legend(shown, runs.length > 1));
  const mark = (frame) => {
    set(rule, { x1: x(frame.step), x2: x(frame.step) });
    shown.forEach(({ of }, place) => {
      dots[place].toggleAttribute("hidden", of(frame) === null);
      set(dots[place], { cx: x(frame.step), cy: of(frame) === null ? 0 : y(of(frame)) });
    });
  };
  return { mark };
}

function heightMark(y, text) {
  return [
    shape("line", { class: "grid", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y, y2: y }),
    shape("text", { class: "at-left", x: MARGIN.left - 5, y: y + 4 }, text),
  ];
}

const stepMark = (x, text) => shape("text", { class: "below", x, y: HEIGHT - 6 }, text);

/** What each line is, with a sample of it: they differ without colours, too. */
function legend(lines, hasOther) {
  const item = (name, text, className) => {
    const svg = shape("svg", { viewBox: "0 0 32 10", "aria-hidden": "true" });
    svg.append(shape("path", { d: "M0 5L32 5", class: `line ${name} ${className}` }));
    return element("li", {}, svg, text);
  };
  const items = lines.map(({ name }) => item(name, words.curves[name], ""));
  if (hasOther) items.push(...lines.slice(0, 1).map(({ name }) => item(name, words.curves.other, "is-other")));
  return element("ul", { className: "curve-legend" }, ...items);
}

function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  made.append(...children);
  return made;
}

function set(target, attributes) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, value);
}
