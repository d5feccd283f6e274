/** Shows the last readings as a strip: each opens again, is corrected or removed; undo brings back what it was; all can be saved. */

import { announce, element, partsOf, write } from "../ui/dom.js";
import { translate, translatePlural } from "../ui/translate.js";
import { Correction } from "./correction.js";
import { inLine, isNoDigit, NO_DIGIT, statusOf } from "./entry.js";
import { labelledDigits, listenForSaving } from "./export.js";

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
    this.correction = new Correction(this.part("correction"));
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
    const { unlabelled } = labelledDigits(all);
    this.part("left-out").hidden = unlabelled === 0;
    this.part("left-out").textContent = translatePlural(
      "{count} digit is left out of the training data, because it is not certain: choose it to say what it was.",
      "{count} digits are left out of the training data, because they are not certain: choose them to say what they were.",
      unlabelled,
    );
    const hasNone = labelledDigits(this.collector.all).labelled.length === 0;
    this.part("save").querySelector("[value=pixels]").disabled = hasNone;
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
    this.items.replaceChildren(...all.toReversed().map((reading) => this.#items.get(reading) ?? this.#madeItem(reading)));
    if (this.items.contains(focused)) focused.focus(); // it loses the focus when it is moved
    if (isNew) this.items.scrollLeft = 0;
  }

  #madeItem(reading) {
    const { id, thumbnail, drawing, picture, answer } = reading;
    const text = inLine(answer.text);
    const reopen = button("reopen", translate("{text}: back to the pad", { text }), element("img", { src: thumbnail, alt: "" }));
    reopen.classList.add("paper");
    if (drawing || picture) reopen.addEventListener("click", () => this.open(reading));
    else Object.assign(reopen, { ariaDisabled: "true", title: translate("There was no room to keep this picture.") });
    const label = button("label", nameOf(reading), ...written(reading));
    label.addEventListener("click", () => this.#askAbout(reading));
    const item = element("li", {}, reopen, label);
    item.dataset.id = id;
    item.classList.toggle("is-doubtful", statusOf(reading) === "doubtful");
    this.#items.set(reading, item);
    return item;
  }

  #askAbout(reading) {
    const { id, answer, correction, thumbnail } = reading;
    const read = inLine(answer.text);
    const isDigit = /^[0-9]$/.test(read);
    const onCorrect = (text) => {
      this.list.correct([{ ...reading, correction: inLine(text) }]);
      this.#focus(id);
      announce(translate("Noted: it was {text}.", { text }));
    };
    const shown = {
      title: translate("Read as {text}. It was …", { text: read }),
      pictures: [element("img", { className: "paper", src: thumbnail, alt: "" })],
      note: translate("This becomes the label in the files that you save. The answer stays as it is: the network does not learn from it."),
      text: correction ?? (isDigit ? "" : read),
      isDigit,
    };
    this.correction.open(shown, { onCorrect, onRemove: () => this.#remove([id]) });
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
