/** Shows the last readings as a strip: each opens again, is corrected or removed; undo brings back what it was; all can be saved. */

import { announce, element, partsOf, write } from "../ui/dom.js";
import { translate, translatePlural } from "../ui/translate.js";
import { inLine, isNoDigit, labelledDigits, NO_DIGIT, statusOf } from "./entry.js";
import { listenForSaving } from "./export.js";

const KEPT = {
  all: translate("Kept in this tab of your browser until you close it, and nowhere else."),
  some: translate(
    "Kept in this tab of your browser until you close it, and nowhere else. It is full: after a reload the oldest are gone.",
  ),
  none: translate("This browser keeps nothing: after a reload everything is gone."),
};

export class Strip {
  /** What is shown for each reading. @type {WeakMap<import("./collector.js").Reading, HTMLLIElement>} */
  #items = new WeakMap();
  /** The readings that are shown. */
  #shown = [];

  /**
   * @param {import("./collector.js").Collector} collector
   * @param {(reading: import("./collector.js").Reading) => void} open brings a reading back to the pad
   */
  constructor(section, collector, open) {
    const { list } = collector;
    Object.assign(this, { section, collector, list, open });
    this.part = partsOf(section);
    this.items = this.part("list");
    this.undo = this.part("undo");
    this.correction = new Correction(this.part("correction"), {
      onCorrect: (reading, text) => this.#correct(reading, text),
      onRemove: ({ id }) => this.#remove([id]),
      onClose: ({ id }) => this.#focus(id),
    });
    const time = ({ id }) => new Date(id).toISOString();
    listenForSaving(this.part("save"), "readings", () => collector.all.map((reading) => ({ time: time(reading), ...reading })));
    this.part("remove-all").addEventListener("click", () => this.#remove(list.all.map(({ id }) => id)));
    this.undo.addEventListener("click", () => this.#undo());
  }

  /** @param {number} n_unread pictures that are still to be read */
  show(n_unread) {
    const { all, undoable, store } = this.list;
    const { opened } = this.collector;
    if (all !== this.#shown) this.#showItems(all); // and not after each stroke
    this.#showLabelled(all);
    const unread = translatePlural("{count} picture is still being read.", "{count} pictures are still being read.", n_unread);
    write(this.part("unread"), n_unread > 0 ? unread : "");
    for (const reading of all) {
      this.#items.get(reading).querySelector(".reopen").ariaCurrent = reading === opened ? "true" : null;
    }
    this.part("kept").textContent = KEPT[store.kept];
    this.undo.hidden = undoable.length === 0;
    this.undo.textContent = this.list.find(undoable[0]?.id)
      ? translate("Take back the correction")
      : translatePlural("Bring back the removed reading", "Bring back {count} removed readings", undoable.length);
  }

  #showItems(all) {
    const focused = document.activeElement;
    const isNew = all.length > 0 && !this.#items.has(all.at(-1));
    this.#shown = all;
    this.part("save").hidden = this.part("remove-all").hidden = all.length === 0;
    this.correction.closeWithout(all);
    this.items.replaceChildren(...all.toReversed().map((reading) => this.#item(reading)));
    if (this.items.contains(focused)) focused.focus(); // it loses the focus when it is moved
    if (isNew) this.items.scrollLeft = 0;
  }

  #showLabelled(all) {
    const { unlabelled } = labelledDigits(all);
    const hasNone = labelledDigits(this.collector.all).labelled.length === 0;
    this.part("save").querySelector("[value=pixels]").disabled = hasNone;
    const leftOut = this.part("left-out");
    leftOut.textContent = translatePlural(
      "{count} digit is left out of the training data, because it is not certain: choose it to say what it was.",
      "{count} digits are left out of the training data, because they are not certain: choose them to say what they were.",
      unlabelled,
    );
    leftOut.hidden = unlabelled === 0;
  }

  #item(reading) {
    if (!this.#items.has(reading)) this.#items.set(reading, this.#madeItem(reading));
    return this.#items.get(reading);
  }

  #madeItem(reading) {
    const { id, thumbnail, drawing, picture, answer } = reading;
    const text = inLine(answer.text);
    const reopen = button("reopen", translate("{text}: back to the pad", { text }), element("img", { src: thumbnail, alt: "" }));
    if (drawing || picture) reopen.addEventListener("click", () => this.open(reading));
    else Object.assign(reopen, { ariaDisabled: "true", title: translate("There was no room to keep this picture.") });
    const label = button("label", nameOf(reading), ...written(reading));
    label.addEventListener("click", () => this.correction.open(reading));
    const item = element("li", {}, reopen, label);
    item.dataset.id = id;
    item.classList.toggle("is-doubtful", statusOf(reading) === "doubtful");
    return item;
  }

  #correct(reading, text) {
    this.list.correct([{ ...reading, correction: inLine(text) }]);
    this.#focus(reading.id);
    announce(translate("Noted: it was {text}.", { text }));
  }

  #remove(ids) {
    this.list.remove(ids);
    this.undo.focus();
    announce(translatePlural("Reading removed", "{count} readings removed", ids.length));
  }

  #undo() {
    const { id } = this.list.undoable.at(-1);
    this.list.undo();
    this.#focus(id); // the button may be hidden now
  }

  #focus(id) {
    this.items.querySelector(`[data-id="${id}"] .label`)?.focus();
  }
}

const button = (className, ariaLabel, ...children) =>
  element("button", { type: "button", className, ariaLabel }, ...children);

/** Returns what the button is called that corrects a reading. */
function nameOf({ answer: { text, certain }, correction }) {
  const values = { text: inLine(text), correction };
  if (correction !== null) return translate("{text}, it was {correction}: correct or remove", values);
  return certain
    ? translate("{text}: correct or remove", values)
    : translate("{text}, not certain: correct or remove", values);
}

/** Returns what was read, with a question mark if it is doubtful, crossed out and followed by its correction if it has one. */
function written(reading) {
  const { answer, correction } = reading;
  const read = isNoDigit(answer) ? NO_DIGIT : inLine(answer.text);
  if (correction === null) return [answer.certain || read === NO_DIGIT ? read : `${read}?`];
  return statusOf(reading) === "accepted" ? [`${correction} ✓`] : [element("s", {}, read), ` ${correction}`];
}

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
    this.part("read").textContent = translate("Read as {text}. It was …", { text: inLine(answer.text) });
    this.digits.hidden = !isDigit(reading);
    this.part("text").hidden = this.number.disabled = isDigit(reading);
    this.number.value = correction ?? inLine(answer.text);
    this.form.hidden = false;
    if (isDigit(reading)) this.digits.querySelector("button").focus();
    else this.number.select();
    this.form.scrollIntoView({ block: "nearest" });
  }

  /** Closes the form when its reading is no longer there. @param {import("./collector.js").Reading[]} readings */
  closeWithout(readings) {
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
