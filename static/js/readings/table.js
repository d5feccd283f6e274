/**
 * The list of readings on a page: below the pad a strip, the newest first; else a table, the doubtful first, beside the picture of
 * the row that is chosen. Rows that take another place in the table glide there, and nothing else moves. Enter accepts what stands
 * in a row's field, and goes to the next that is to be decided on.
 */

import { partsOf, showDefinitions, write } from "../ui/dom.js";
import { formatNumber, translate, translatePlural } from "../ui/translate.js";
import { Batch } from "./batch.js";
import { inLine } from "./entry.js";
import { labelledDigits, listenForSaving, showSaving } from "./export.js";
import { atRisk, counts, inOrder, nextOpen } from "./order.js";
import { PictureView } from "./picture_view.js";
import { Row, STATUS } from "./row.js";

/** @typedef {import("./entry.js").Entry} Entry */

const MOST_ROWS = 200; // that a browser makes at once
const MOST_TILES = 24; // of the strip, so that a page that is open for hours does not grow: the table has all readings
const KEPT = {
  all: "",
  some: translate(
    "This browser has no room for everything: after a reload some pictures or decisions are gone. Save the table before you leave.",
  ),
  none: translate("This browser keeps nothing: after a reload everything is gone."),
};

export class ReadingTable {
  /** Id of the entry whose picture is shown, null if there is none. @type {number?} */
  #shown = null;
  /** Whether a person has chosen it. */
  #isChosen = false;
  /** @type {Map<number, Row>} */
  #rows = new Map();
  #most = MOST_ROWS;
  #isReading = false;

  /**
   * @param {HTMLElement} root of reading_table.html
   * @param {import("./entry_list.js").EntryList} list whose entries that wait are read
   * @param {{name: string, options: () => object, pictureOf: (entry: Entry) => Promise<Blob | undefined>, isStrip?: () => boolean,
   *   openedId?: () => number | undefined, onOpen?: (entry: Entry) => void, onSheet: (entry: Entry) => void, onForget: () => void}} page name is that of saved files
   */
  constructor(root, list, page) {
    Object.assign(this, { root, list, page });
    this.part = partsOf(root);
    this.rows = this.part("rows");
    this.batch = new Batch(list, page.options);
    this.picture = new PictureView(this.part("picture"), page.pictureOf);
    this.rows.addEventListener("focusin", ({ target }) => this.#choose(idOf(target)));
    this.rows.addEventListener("change", ({ target }) => this.#takeText(target));
    this.rows.addEventListener("keydown", (event) => this.#press(event));
    this.rows.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("pointerover", ({ target }) => this.#mark(idOf(target)));
    this.part("region").addEventListener("click", ({ target }) => idOf(target) !== null && this.choose(idOf(target)));
    this.part("unreadable").addEventListener("click", () => this.picture.isReady && this.#decide(this.#entry, null));
    this.part("stop").addEventListener("click", () => this.batch.stop(!this.batch.sender.isStopped));
    this.part("undo").addEventListener("click", () => this.#undo());
    this.part("try-again").addEventListener("click", () => this.batch.tryAgain(page.options().allowed));
    this.part("more").addEventListener("click", () => {
      this.#most += MOST_ROWS;
      this.show();
    });
    this.part("forget").addEventListener("click", () => this.#forget());
    listenForSaving(this.part("save"), page.name, () => list.all);
    this.batch.read();
  }

  get isStrip() {
    return this.page.isStrip?.() ?? false;
  }

  get #entry() {
    return this.list.find(this.#shown);
  }

  get #ordered() {
    return this.isStrip ? this.list.all.toReversed() : inOrder(this.list.all);
  }

  /** Chooses an entry as a person does. @param {number} id */
  choose(id) {
    this.#choose(id);
    this.#focus();
  }

  /** Says of each entry whether it is certain at another risk. @param {number} risk */
  judge(risk) {
    this.list.change((entry) => atRisk(entry, risk));
  }

  show() {
    const { all, undoable, store } = this.list;
    const { problem, sender } = this.batch;
    const counted = counts(all);
    const { waiting, checked, checkedRight } = counted;
    const isReading = waiting > 0;
    const [read, total] = [all.length - waiting, all.length].map((count) => formatNumber(count));
    const progress = translate("{read} of {total} read", { read, total });
    this.part("reading").classList.toggle("is-empty", !isReading);
    Object.assign(this.part("progress"), { max: all.length, value: all.length - waiting });
    this.part("progress-text").textContent = progress;
    this.part("stop").textContent = sender.isStopped ? translate("Go on") : translate("Stop");
    write(this.part("problem"), problem && isReading && !sender.isStopped ? `${problem.title} ${problem.message}` : "");
    const present = Object.entries(STATUS).filter(([status]) => counted[status] > 0);
    showDefinitions(this.part("counts"), present.map(([status, name]) => [name, formatNumber(counted[status])]));
    const values = { count: formatNumber(checked), right: formatNumber(checkedRight) };
    const accepted = translate("Of the certain readings you looked at {count} and accepted {right}.", values);
    this.part("checked").textContent = checked > 0 ? accepted : "";
    const { labelled, unlabelled } = labelledDigits(all);
    this.part("left-out").textContent = unlabelled === 0 ? "" : translatePlural(
      "{count} digit is left out of the training data, because it is not certain: choose it to say what it was.",
      "{count} digits are left out of the training data, because they are not certain: choose them to say what they were.",
      unlabelled,
    );
    showSaving(this.part("save"), all.length, labelled.length > 0);
    this.part("try-again").hidden = counted.failed === 0;
    this.part("undo").disabled = undoable.length === 0;
    write(this.part("kept"), KEPT[store.kept]);
    this.#showRows();
    if (this.#isReading && !isReading) this.#say(`${progress}. ${STATUS.doubtful}: ${counted.doubtful}`);
    this.#isReading = isReading;
  }

  #showRows() {
    const ordered = this.#ordered;
    const shown = ordered.slice(0, this.isStrip ? MOST_TILES : this.#most);
    const focused = document.activeElement;
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.item.remove();
      this.#rows.delete(id);
    }
    let next = this.rows.firstElementChild;
    shown.forEach((entry, place) => {
      const row = this.#rows.get(entry.id) ?? new Row(entry.id);
      this.#rows.set(entry.id, row);
      row.show(entry, place);
      if (row.item === next) next = next.nextElementSibling;
      else this.rows.insertBefore(row.item, next);
    });
    this.rows.style.setProperty("--rows", shown.length);
    this.part("more").hidden = this.isStrip || shown.length === ordered.length;
    if (this.rows.contains(focused)) focused.focus({ preventScroll: true }); // it loses the focus when it is moved
    if (this.isStrip) this.#markCurrent(this.page.openedId());
    else this.#showChosen(ordered);
  }

  #markCurrent(current) {
    for (const [id, { item }] of this.#rows) item.ariaCurrent = id === current ? "true" : null;
  }

  /** Shows the picture of the chosen entry: until a person chooses, of the first that is doubtful. */
  #showChosen(ordered) {
    if (!this.#entry?.answer || (!this.#isChosen && this.#entry.answer.certain)) {
      const first = nextOpen(ordered, null) ?? ordered.find(({ answer }) => answer);
      const isNew = first && first.id !== this.#shown;
      this.#shown = first?.id ?? null;
      if (isNew && !first.answer.certain) this.#focus();
    }
    const entry = this.#entry;
    this.#markCurrent(this.#shown);
    if (!entry) {
      this.picture.hide();
      return;
    }
    const lines = entry.page === undefined ? [] : this.list.all.filter(({ page }) => page === entry.page);
    this.picture.show(entry, lines, nextOpen(ordered, entry));
  }

  #choose(id) {
    if (id === null || id === this.#shown || !this.list.find(id)?.answer) return;
    this.#isChosen = true;
    this.#shown = id;
    if (!this.isStrip) this.#showChosen(this.#ordered);
  }

  /** Marks the row and the line of the page that belong together, one of which the pointer is over. */
  #mark(id) {
    for (const each of this.root.querySelectorAll("[data-id]")) each.classList.toggle("is-marked", Number(each.dataset.id) === id);
  }

  #focus() {
    const row = this.#rows.get(this.#shown);
    row?.item.scrollIntoView({ block: "nearest" });
    // Where fingers type, a keyboard on the screen would cover the picture: there the field waits for a tap.
    const isTyping = this.rows.contains(document.activeElement) && document.activeElement.matches("input");
    if (!row || (matchMedia("(pointer: coarse)").matches && !isTyping)) return;
    row.input.focus({ preventScroll: true });
    row.input.select();
  }

  #press(event) {
    const { target, key, shiftKey, repeat } = event;
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: shiftKey ? -1 : 0 }[key];
    if (step === undefined || !target.matches("input")) return;
    event.preventDefault();
    if (step === 0 && !repeat) this.#accept(idOf(target)); // a key that is held down would accept all that follow
    if (step === 0) return;
    const read = this.#ordered.filter(({ answer }) => answer);
    const other = read[read.findIndex(({ id }) => id === this.#shown) + step];
    if (other) this.choose(other.id);
  }

  #click({ target }) {
    const [id, action] = [idOf(target), target.closest("button")?.value];
    if (id === null || target.matches("input")) return;
    const entry = this.list.find(id);
    if (action === "accept") this.#accept(id);
    else if (action === "remove") this.#remove(id);
    else if (action === "sheet") this.page.onSheet(entry);
    else if (action === "open" && this.isStrip) this.page.onOpen(entry);
    else this.choose(id);
  }

  /** Accepts what stands in the field of an entry, if its picture is in sight. */
  #accept(id) {
    const { input } = this.#rows.get(id);
    const isInSight = this.isStrip || (this.picture.isReady && this.picture.entry.id === id);
    if (!isInSight) this.#choose(id);
    else if (input.reportValidity()) this.#decide(this.list.find(id), input.value);
  }

  /** Takes a correction that was typed and left without Enter. */
  #takeText(input) {
    const entry = this.list.find(idOf(input));
    if (!entry || input.value === input.defaultValue) return;
    if (input.checkValidity()) this.list.correct([{ ...entry, correction: inLine(input.value) }]);
    else input.value = input.defaultValue;
  }

  #decide(entry, text) {
    const correction = text === null ? "" : inLine(text);
    const next = nextOpen(this.#ordered, entry) ?? entry;
    const isLast = next.id === entry.id;
    this.#isChosen = true;
    this.#shown = this.isStrip ? entry.id : next.id;
    if (correction === entry.correction) this.show();
    else this.list.correct([{ ...entry, correction }]);
    this.#focus();
    if (this.isStrip) this.#say(translate("Noted: it was {text}.", { text: correction }));
    if (this.isStrip || !isLast) return;
    this.#say(translate("Nothing is left to look at."));
    this.part("save").querySelector("button").focus();
  }

  #remove(id) {
    this.list.remove([id]);
    this.part("undo").focus();
    this.#say(translate("Reading removed"));
  }

  /** Takes the last decision back, and shows what it was on. */
  #undo() {
    [{ id: this.#shown }] = this.list.undoable.filter(Boolean);
    this.#isChosen = true;
    this.list.undo();
    this.#focus();
  }

  async #forget() {
    if (!confirm(translate("Forget all pictures, readings and decisions? This cannot be undone."))) return;
    this.batch.clear();
    this.#shown = null;
    this.#isChosen = false;
    await this.list.clear();
    this.page.onForget();
  }

  #say(sentence) {
    this.part("said").textContent = sentence;
  }
}

/** Returns the id of the entry that an element belongs to. @param {Element} target @returns {number?} */
function idOf(target) {
  const { id } = target.closest("[data-id]")?.dataset ?? {};
  return id === undefined ? null : Number(id);
}
