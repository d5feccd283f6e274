/** The form that corrects or removes a reading: a choice of ten digits for one digit, a text for a number. */

import { words } from "../words.js";
import { inLine } from "./list.js";

export class Correction {
  /** @type {import("./list.js").Reading?} */
  #reading = null;

  /**
   * @param {HTMLFormElement} form
   * @param {{onCorrect: (reading: import("./list.js").Reading, text: string) => void,
   *   onRemove: (reading: import("./list.js").Reading) => void,
   *   onClose: (reading: import("./list.js").Reading) => void}} listener
   */
  constructor(form, listener) {
    Object.assign(this, { form, listener });
    this.digits = this.#part("digits");
    this.number = this.#part("number");
    this.digits.addEventListener("click", ({ target }) => target.value && this.#close("onCorrect", target.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#close("onCorrect", this.number.value);
    });
    form.addEventListener("keydown", (event) => this.#press(event));
    this.#part("remove").addEventListener("click", () => this.#close("onRemove"));
    this.#part("close").addEventListener("click", () => this.#close("onClose"));
  }

  /** @param {import("./list.js").Reading} reading */
  open(reading) {
    this.#reading = reading;
    const { answer, correction } = reading;
    const text = inLine(correction ?? answer.text);
    this.#part("read").textContent = words.readings.readAs(inLine(answer.text));
    this.digits.hidden = !isDigit(reading);
    this.#part("text").hidden = this.number.disabled = isDigit(reading);
    this.number.value = text;
    this.form.hidden = false;
    if (isDigit(reading)) this.digits.querySelector("button").focus();
    else this.number.select();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Closes the form when its reading is no longer there. @param {import("./list.js").Reading[]} readings */
  update(readings) {
    if (readings.includes(this.#reading)) return;
    this.form.hidden = true;
    this.#reading = null;
  }

  #press(event) {
    const isKeyOfDigit = /^[0-9]$/.test(event.key) && isDigit(this.#reading);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.#close("onClose");
    else if (isKeyOfDigit) this.#close("onCorrect", event.key);
    else return;
    event.preventDefault();
  }

  #close(name, text) {
    const reading = this.#reading;
    this.form.hidden = true;
    this.#reading = null;
    this.listener[name](reading, text);
  }

  #part(name) {
    return this.form.querySelector(`[data-part="${name}"]`);
  }
}

const isDigit = ({ answer: { text } }) => /^[0-9]$/.test(text);
