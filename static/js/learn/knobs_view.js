/** The knobs: sliders, choices, and which of them the page shows. */

import { CHOICES, NAMES, NUMBERS, positionOf, possible, sliderOf, tellingKnobs, unusualKnobs, valueAt } from "./knobs.js";
import { plain, words } from "./words.js";

export class KnobsView {
  /** @type {import("./knobs.js").Knobs} */
  #knobs;

  /**
   * @param {HTMLFormElement} form
   * @param {(knobs: import("./knobs.js").Knobs) => void} onChange
   */
  constructor(form, onChange) {
    this.form = form;
    for (const [name, knob] of Object.entries(NUMBERS)) {
      if (this.#input(name).type === "range") Object.assign(this.#input(name), sliderOf(knob));
    }
    form.addEventListener("input", ({ target }) => {
      if (!NAMES.includes(target.name)) return;
      this.#knobs = { ...this.#knobs, [target.name]: this.#valueOf(target) };
      this.#show(target.name);
      onChange(this.#knobs);
    });
  }

  get knobs() {
    return this.#knobs;
  }

  /** @param {import("./knobs.js").Knobs} knobs */
  set(knobs) {
    this.#knobs = knobs;
    for (const name of NAMES) {
      const { type } = this.#input(name);
      this.#input(name).value = type === "range" ? positionOf(NUMBERS[name], knobs[name]) : knobs[name];
      this.#show(name);
    }
    this.#openUnusual();
  }

  /** @param {string[]} names of knobs that the page does not show */
  hide(names) {
    for (const part of this.form.querySelectorAll("[data-knob]")) part.hidden = names.includes(part.dataset.knob);
    const more = this.form.querySelector("#more-knobs");
    more.hidden = !more.querySelector("[data-knob]:not([hidden])");
  }

  /** Opens the part where a knob lies that has another value than usual. */
  #openUnusual() {
    const more = this.form.querySelector("#more-knobs");
    more.open ||= unusualKnobs(this.#knobs).some((name) => more.contains(this.#input(name)));
  }

  /** @param {string} name of a knob @returns {string} what the field calls it */
  nameOf(name) {
    return this.#input(name).labels[0].querySelector("small").textContent;
  }

  /** @param {string} name of a knob @param {number | string} value @returns {string} */
  textOf(name, value) {
    if (name in CHOICES) return this.#input(name).querySelector(`[value="${value}"]`).textContent;
    if (name === "wrong") return words.knobs.wrong(value);
    return name === "seed" ? String(value) : plain(value);
  }

  /** @param {import("./knobs.js").Knobs} knobs @returns {string} those that tell a run from others */
  describe(knobs) {
    return tellingKnobs(knobs)
      .map((name) => words.knobs.name(this.nameOf(name), this.textOf(name, knobs[name])))
      .join(" · ");
  }

  #valueOf({ name, type, value }) {
    if (type === "range") return valueAt(NUMBERS[name], Number(value));
    return name in CHOICES ? value : possible(name, value);
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
}
