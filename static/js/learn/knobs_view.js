/** The knobs: sliders, choices, which of them the page shows, and a link with all of it. */

import { KNOBS } from "../state.js";
import { element } from "../ui/dom.js";
import { isChoice, linkQuery, NAMES, positionOf, sliderOf, tellingKnobs, unusualKnobs, valueAt } from "./knobs.js";
import { plain, words } from "./learn_words.js";

export class KnobsView {
  /** @type {import("./knobs.js").Knobs} */
  #knobs;

  /**
   * @param {HTMLFormElement} form
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

  /** @param {import("./knobs.js").Knobs} knobs */
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
    if (name === "wrong") return words.knobs.wrong(value);
    return name === "seed" ? String(value) : plain(value);
  }

  /** @param {import("./knobs.js").Knobs} knobs @returns {string} those that tell a run from others */
  describe(knobs) {
    return tellingKnobs(knobs)
      .map((name) => words.knobs.name(this.nameOf(name), this.textOf(name, knobs[name])))
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
    choices.append(...NAMES.map((name) => choice(name, this.nameOf(name), hidden.includes(name))));
    choices.addEventListener("change", () => this.#showLink());
    const copy = this.part("copy-link");
    copy.hidden = !navigator.clipboard; // browsers allow that over HTTPS and on localhost only
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.part("link-address").value);
      copy.textContent = words.copied;
    });
    this.part("link-address").addEventListener("focus", ({ target }) => target.select());
  }

  #showLink() {
    const hidden = [...this.part("link-knobs").querySelectorAll(":checked")].map(({ value }) => value);
    const query = linkQuery(this.#knobs, hidden);
    this.part("link-address").value = `${location.origin}${location.pathname}${query && `?${query}`}`;
  }
}

function choice(name, text, isHidden) {
  const input = element("input", { type: "checkbox", value: name, checked: isHidden, autocomplete: "off" });
  return element("label", {}, input, text);
}
