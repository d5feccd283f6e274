/** Shows the last readings as a strip: each opens again, is corrected or removed; all can be saved, removed, brought back. */

import { element, partsOf, write } from "../ui/dom.js";
import { save, toCsv, zip } from "../ui/download.js";
import { toBytes } from "../ui/files.js";
import { readPixels } from "../ui/pixels.js";
import { translate, translatePlural } from "../ui/translate.js";
import { NO_DIGIT, inLine, isNoDigit, labelledDigits, toJson } from "./reading_list.js";

const KEPT = {
  all: translate("Kept in this tab of your browser until you close it, and nowhere else."),
  some: translate(
    "Kept in this tab of your browser until you close it, and nowhere else. It is full: after a reload the oldest are gone.",
  ),
  none: translate("This browser keeps nothing: after a reload everything is gone."),
};

export class Strip {
  /** What is shown for each reading. @type {WeakMap<import("./reading_list.js").Reading, HTMLLIElement>} */
  #items = new WeakMap();
  /** The readings that are shown. */
  #shown = [];

  /**
   * @param {(reading: import("./reading_list.js").Reading) => void} open brings a reading back to the pad
   * @param {(sentence: string) => void} announce to screen readers
   */
  constructor(section, collector, open, announce) {
    Object.assign(this, { section, collector, open, announce });
    this.part = partsOf(section);
    this.list = this.part("list");
    this.back = this.part("back");
    this.correction = new Correction(this.part("correction"), {
      onCorrect: (reading, text) => this.#correct(reading, text),
      onRemove: ({ time_ms }) => this.#remove(() => collector.remove(time_ms)),
      onClose: ({ time_ms }) => this.#focus(time_ms),
    });
    this.save = this.part("save");
    this.save.addEventListener("click", ({ target: { value } }) => {
      if (value) save(NAMES[value], (date) => FILES[value](collector.all, date));
    });
    this.part("remove-all").addEventListener("click", () => this.#remove(() => collector.removeAll()));
    this.back.addEventListener("click", () => this.#bringBack());
  }

  /** @param {"all" | "some" | "none"} kept of the readings in this tab @param {number} n_unread pictures that are still to be read */
  show(kept, n_unread) {
    const { readings, removed, opened } = this.collector;
    if (readings !== this.#shown) this.#showItems(readings); // and not after each stroke
    this.#showLabelled(readings);
    const unread = translatePlural("{count} picture is still being read.", "{count} pictures are still being read.", n_unread);
    write(this.part("unread"), n_unread > 0 ? unread : "");
    for (const reading of readings) {
      this.#items.get(reading).querySelector(".reopen").ariaCurrent = reading === opened ? "true" : null;
    }
    this.part("kept").textContent = KEPT[kept];
    this.back.hidden = removed.length === 0;
    this.back.textContent = translatePlural(
      "Bring back the removed reading", "Bring back {count} removed readings", removed.length,
    );
  }

  #showItems(readings) {
    const focused = document.activeElement;
    const isNew = readings.length > 0 && !this.#items.has(readings[0]);
    this.#shown = readings;
    this.save.hidden = this.part("remove-all").hidden = readings.length === 0;
    this.correction.update(readings);
    this.list.replaceChildren(...readings.map((reading) => this.#item(reading)));
    if (this.list.contains(focused)) focused.focus(); // it loses the focus when it is moved
    if (isNew) this.list.scrollLeft = 0;
  }

  #showLabelled(readings) {
    const { unlabelled } = labelledDigits(readings);
    const hasNone = labelledDigits(this.collector.all).labelled.length === 0;
    for (const format of ["csv", "png"]) this.save.querySelector(`[value=${format}]`).disabled = hasNone;
    const leftOut = this.part("left-out");
    leftOut.textContent = translatePlural(
      "{count} digit is left out of CSV and PNG, because it is not certain: choose it to say what it was.",
      "{count} digits are left out of CSV and PNG, because they are not certain: choose them to say what they were.",
      unlabelled,
    );
    leftOut.hidden = unlabelled === 0;
  }

  #item(reading) {
    if (!this.#items.has(reading)) this.#items.set(reading, this.#madeItem(reading));
    return this.#items.get(reading);
  }

  #madeItem(reading) {
    const { time_ms, thumbnail, drawing, picture, answer, correction } = reading;
    const text = inLine(answer.text);
    const reopen = button("reopen", translate("{text}: back to the pad", { text }), element("img", { src: thumbnail, alt: "" }));
    if (drawing || picture) reopen.addEventListener("click", () => this.open(reading));
    else Object.assign(reopen, { ariaDisabled: "true", title: translate("There was no room to keep this picture.") });
    const label = button("label", nameOf(reading), ...written(reading));
    label.addEventListener("click", () => this.correction.open(reading));
    const item = element("li", {}, reopen, label);
    item.dataset.time = time_ms;
    item.classList.toggle("is-doubtful", !answer.certain && correction === null);
    return item;
  }

  #correct({ time_ms }, text) {
    this.collector.correct(time_ms, text);
    this.#focus(time_ms);
    this.announce(translate("Noted: it was {text}.", { text }));
  }

  #remove(remove) {
    remove();
    this.back.focus();
    this.announce(translatePlural("Reading removed", "{count} readings removed", this.collector.removed.length));
  }

  #bringBack() {
    const [{ time_ms }] = this.collector.removed;
    this.collector.bringBack();
    this.#focus(time_ms); // the button is hidden now
  }

  #focus(time_ms) {
    this.list.querySelector(`[data-time="${time_ms}"] .label`)?.focus();
  }
}

const button = (className, ariaLabel, ...children) =>
  element("button", { type: "button", className, ariaLabel }, ...children);

/** Returns what the button is called that corrects a reading. */
function nameOf({ answer: { text, certain }, correction }) {
  const values = { text: inLine(text), correction: correction && inLine(correction) };
  if (correction !== null) return translate("{text}, it was {correction}: correct or remove", values);
  return certain
    ? translate("{text}: correct or remove", values)
    : translate("{text}, not certain: correct or remove", values);
}

/** Returns what was read, with a question mark if it is doubtful, crossed out and followed by its correction if it has one. */
function written({ answer, correction }) {
  const read = isNoDigit(answer) ? NO_DIGIT : inLine(answer.text);
  if (correction === null) return [answer.certain || read === NO_DIGIT ? read : `${read}?`];
  return correction === answer.text ? [`${inLine(correction)} ✓`] : [element("s", {}, read), ` ${inLine(correction)}`];
}

/** The files in which readings, the newest first, are saved on this machine, with what is on the pad; nothing is sent. */
const FILES = {
  async csv(readings) {
    const rows = labelledDigits(readings).labelled.map(async ({ label, image }) => {
      const pixels = await readPixels(image);
      return { label, pixels: Array.from(pixels, (pixel) => Math.round(255 * pixel)) };
    });
    return toCsv(await Promise.all(rows));
  },
  png: (readings, date) => zip(labelledDigits(readings).labelled.map(({ name, image }) => ({ name, bytes: toBytes(image) })), date),
  json: toJson,
};
const NAMES = { csv: "digits.csv", png: "digits.zip", json: "readings.json" };

/** The form that corrects or removes a reading: a choice of ten digits for one digit, a text for a number. */
class Correction {
  #reading = null;

  /** @param {{onCorrect: Function, onRemove: Function, onClose: Function}} listener gets the reading, and its correction */
  constructor(form, listener) {
    Object.assign(this, { form, listener });
    this.part = partsOf(form);
    this.digits = this.part("digits");
    this.number = this.part("number");
    this.digits.addEventListener("click", ({ target }) => target.value && this.#close("onCorrect", target.value));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#close("onCorrect", this.number.value);
    });
    form.addEventListener("keydown", (event) => this.#press(event));
    this.part("remove").addEventListener("click", () => this.#close("onRemove"));
    this.part("close").addEventListener("click", () => this.#close("onClose"));
  }

  open(reading) {
    this.#reading = reading;
    const { answer, correction } = reading;
    const text = inLine(correction ?? answer.text);
    this.part("read").textContent = translate("Read as {text}. It was …", { text: inLine(answer.text) });
    this.digits.hidden = !isDigit(reading);
    this.part("text").hidden = this.number.disabled = isDigit(reading);
    this.number.value = text;
    this.form.hidden = false;
    if (isDigit(reading)) this.digits.querySelector("button").focus();
    else this.number.select();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Closes the form when its reading is no longer there. @param {import("./reading_list.js").Reading[]} readings */
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
}

const isDigit = ({ answer: { text } }) => /^[0-9]$/.test(text);
