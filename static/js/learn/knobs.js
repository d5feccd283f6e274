/** What can be set of a training: the values of each knob, sliders and choices, which of them the page shows, and a link with all of it. */

import { inAddress, KNOBS, writeTo } from "../state.js";
import { beginCopyButton } from "../ui/copy_button.js";
import { element } from "../ui/dom.js";
import { percent, plain } from "../ui/format.js";
import { translate } from "../ui/translate.js";

/**
 * @typedef {{hidden: number, rate: number, batch: number, epochs: number, penalty: number, wrong: number, seed: number,
 *   digits: string, start: string, biases: string, cost: string, activation: string}} Knobs wrong is in percent
 * @typedef {import("../state.js").NumberProperty} NumberKnob
 */

/** What acts at once while a run learns; the others need a new beginning. */
export const LIVE = ["rate", "batch", "epochs", "penalty"];

const NAMES = Object.keys(KNOBS);

const STEPS = 100; // of a slider with a logarithmic scale
const DECIMALS = 2; // significant ones, of what it gives

/** @param {string} name of a knob @returns {boolean} whether one of a few values is chosen, and no number */
const isChoice = (name) => "choices" in KNOBS[name];

/**
 * @param {URLSearchParams} query of the address
 * @returns {{knobs: Knobs, refused: string[], hidden: string[]}} the knobs that had no value that is possible, and have
 *   their usual one, or the nearest; and those that are not shown
 */
export function readKnobs(query) {
  const knobs = Object.fromEntries(NAMES.map((name) => [name, inAddress(name, query)]));
  const isAsAsked = (name, text) => (isChoice(name) ? text === knobs[name] : Number(text) === knobs[name] && text.trim() !== "");
  const refused = NAMES.filter((name) => query.has(name) && !isAsAsked(name, query.get(name)));
  return { knobs, refused, hidden: inAddress("hide", query).split(",").filter((name) => NAMES.includes(name)) };
}

/** @param {URLSearchParams} query @returns {boolean} whether an address asks for certain knobs */
export const hasKnobs = (query) => NAMES.some((name) => query.has(name));

/** @param {Knobs} knobs @param {string[]} hidden knobs @returns {string} the query of a link to the page */
export const linkQuery = (knobs, hidden) =>
  writeTo(new URLSearchParams(), { ...knobs, hide: hidden.join() }).toString().replaceAll("%2C", ",");

/** @param {Record<string, any>} values perhaps of a file @returns {Knobs} */
export const withinLimits = (values) =>
  Object.fromEntries(NAMES.map((name) => [name, KNOBS[name].read(values[name] ?? "")]));

/** @param {Knobs} knobs @returns {string[]} the names of those that have another value than usual */
const unusualKnobs = (knobs) => NAMES.filter((name) => knobs[name] !== KNOBS[name].usual);

/** @param {Knobs} knobs @param {string} name of a choice @returns {Knobs?} the same with its next value; null for no such name */
export function withOther(knobs, name) {
  if (!NAMES.includes(name) || !isChoice(name)) return null;
  const { choices } = KNOBS[name];
  return { ...knobs, [name]: choices[(choices.indexOf(knobs[name]) + 1) % choices.length] };
}

/** @param {Knobs} one @param {Knobs} other @returns {string[]} the names of those that differ */
export const differing = (one, other) => NAMES.filter((name) => one[name] !== other[name]);

const ALWAYS_NAMED = ["hidden", "rate", "batch", "epochs"];

/** @param {Knobs} knobs @returns {string[]} the names of those that tell this run from others: four, and what is unusual */
export const tellingKnobs = (knobs) => [...new Set([...ALWAYS_NAMED, ...unusualKnobs(knobs)])];

/** @param {NumberKnob} knob @returns {{min: number, max: number, step: number}} of its slider */
function sliderOf({ least, most, isWhole, isLogarithmic }) {
  if (isLogarithmic) return { min: 0, max: STEPS, step: 1 };
  return { min: least, max: most, step: isWhole ? 1 : (most - least) / STEPS };
}

/** @param {NumberKnob} knob @param {number} value @returns {number} where its slider stands */
export function positionOf({ least, most, isLogarithmic }, value) {
  return isLogarithmic ? Math.round((STEPS * Math.log(value / least)) / Math.log(most / least)) : value;
}

/** @param {NumberKnob} knob @param {number} position of its slider @returns {number} */
export function valueAt({ least, most, isWhole, isLogarithmic }, position) {
  if (!isLogarithmic) return position;
  const value = least * (most / least) ** (position / STEPS);
  return isWhole ? Math.round(value) : Number(value.toPrecision(DECIMALS));
}

export class KnobsView {
  #knobs;

  /**
   * @param {string[]} hidden knobs, which the page does not show
   * @param {(name: string, isHeld: boolean) => void} onChange isHeld while a slider is moved: it may go on
   */
  constructor(form, hidden, onChange) {
    this.form = form;
    this.part = (id) => form.querySelector(`#${id}`);
    for (const [name, knob] of Object.entries(KNOBS)) {
      if (this.#input(name).type === "range") Object.assign(this.#input(name), sliderOf(knob));
    }
    for (const kind of ["input", "change"]) {
      form.addEventListener(kind, ({ target }) => {
        if (!NAMES.includes(target.name)) return;
        this.#knobs = { ...this.#knobs, [target.name]: this.#valueOf(target) };
        this.#show(target.name);
        this.#showLink();
        onChange(target.name, kind === "input");
      });
    }
    this.#hide(hidden);
    this.#beginLink(hidden);
  }

  get knobs() {
    return this.#knobs;
  }

  set(knobs) {
    this.#knobs = knobs;
    for (const name of NAMES) {
      const { type } = this.#input(name);
      this.#input(name).value = type === "range" ? positionOf(KNOBS[name], knobs[name]) : knobs[name];
      this.#show(name);
    }
    const more = this.part("more-knobs");
    more.open ||= unusualKnobs(knobs).some((name) => more.contains(this.#input(name)));
    this.#showLink();
  }

  /** @param {string} name of a knob @returns {string} what the field calls it */
  nameOf(name) {
    return this.#input(name).labels[0].querySelector("small").textContent;
  }

  /** @param {string} name of a knob @param {number | string} value @returns {string} */
  textOf(name, value) {
    if (isChoice(name)) return this.#input(name).querySelector(`[value="${value}"]`).textContent;
    if (name === "wrong") return percent(value / 100, 0);
    return name === "seed" ? String(value) : plain(value);
  }

  /** @param {Knobs} knobs @param {string[]} [names] usually of those that tell a run from others @returns {string} */
  describe(knobs, names = tellingKnobs(knobs)) {
    return names
      .map((name) => translate("{name}: {value}", { name: this.nameOf(name), value: this.textOf(name, knobs[name]) }))
      .join(" · ");
  }

  #hide(names) {
    for (const part of this.form.querySelectorAll("[data-knob]")) part.hidden = names.includes(part.dataset.knob);
    const more = this.part("more-knobs");
    more.hidden = !more.querySelector("[data-knob]:not([hidden])");
  }

  #valueOf({ name, type, value }) {
    if (type === "range") return valueAt(KNOBS[name], Number(value));
    return KNOBS[name].read(value);
  }

  #show(name) {
    const output = this.form.querySelector(`[data-knob="${name}"] output`);
    if (!output) return;
    const text = this.textOf(name, this.#knobs[name]);
    output.textContent = this.#input(name).ariaValueText = text;
  }

  #input(name) {
    return this.form.elements.namedItem(name);
  }

  /** A link to the page with its knobs as they are, and with some of them not shown: for a class. */
  #beginLink(hidden) {
    const choices = this.part("link-knobs");
    choices.append(...NAMES.map((name) => linkChoice(name, this.nameOf(name), hidden.includes(name))));
    choices.addEventListener("change", () => this.#showLink());
    beginCopyButton(this.part("copy-link"), this.part("link-address"));
    this.part("link-address").addEventListener("focus", ({ target }) => target.select());
  }

  #showLink() {
    const hidden = [...this.part("link-knobs").querySelectorAll(":checked")].map(({ value }) => value);
    const query = linkQuery(this.#knobs, hidden);
    this.part("link-address").value = `${location.origin}${location.pathname}${query && `?${query}`}`;
  }
}

function linkChoice(name, text, isHidden) {
  const input = element("input", { type: "checkbox", value: name, checked: isHidden, autocomplete: "off" });
  return element("label", { className: "labelled" }, input, text);
}
