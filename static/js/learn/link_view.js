/** A link to the page with its knobs as they are, and with some of them not shown: for a class. */

import { NAMES, linkQuery } from "./knobs.js";
import { element } from "../inside/dom.js";
import { words } from "./words.js";

export class LinkView {
  /** @type {import("./knobs.js").Knobs} */
  #knobs;

  /**
   * @param {HTMLElement} root
   * @param {string[]} hidden knobs, to begin with
   * @param {(knob: string) => string} nameOf
   */
  constructor(root, hidden, nameOf) {
    this.address = root.querySelector("#link-address");
    this.fieldset = root.querySelector("#link-knobs");
    this.fieldset.append(...NAMES.map((name) => choice(name, nameOf(name), hidden.includes(name))));
    this.fieldset.addEventListener("change", () => this.#show());
    const copy = root.querySelector("#copy-link");
    copy.hidden = !navigator.clipboard; // browsers allow that over HTTPS and on localhost only
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.address.value);
      copy.textContent = words.copied;
    });
    this.address.addEventListener("focus", () => this.address.select());
  }

  /** @param {import("./knobs.js").Knobs} knobs */
  set(knobs) {
    this.#knobs = knobs;
    this.#show();
  }

  #show() {
    const hidden = [...this.fieldset.querySelectorAll(":checked")].map(({ value }) => value);
    const query = linkQuery(this.#knobs, hidden);
    this.address.value = `${location.origin}${location.pathname}${query && `?${query}`}`;
  }
}

function choice(name, text, isHidden) {
  const input = element("input", { type: "checkbox", value: name, checked: isHidden, autocomplete: "off" });
  return element("label", {}, input, text);
}
