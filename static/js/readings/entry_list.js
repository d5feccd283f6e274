/**
 * The list behind every view of readings: the drawing page, the review and the class page have one each. What is in it is replaced and
 * never changed, so that undo can bring back what a person corrected or removed.
 */

import { keepInTab, keepWhatFits, loadFromTab } from "../ui/store.js";

/** Emits "change" after its entries, or what is kept of them, have changed. @template {{id: number}} Entry */
export class EntryList extends EventTarget {
  #entries = new Map();
  /** What undo brings back, the last step last: entries as they were, undefined for what was not there. @type {[number, Entry?][][]} */
  #steps = [];
  #lastId = 0;

  /**
   * @param {TabStore | BrowserStore} store that keeps the entries over a reload
   * @param {Entry[]} [entries] that it has kept
   * @param {(entries: Entry[]) => Entry[]} [bound] returns those for which there is room in memory
   */
  constructor(store, entries = [], bound = (all) => all) {
    super();
    Object.assign(this, { store, bound });
    this.fill(entries);
  }

  /** Takes what the store has kept. @param {Entry[]} entries */
  fill(entries) {
    this.#entries = new Map(entries.map((entry) => [entry.id, entry]));
    this.#order();
  }

  /** All entries, by their ids. @type {Entry[]} */
  all = [];

  find = (id) => this.#entries.get(id);

  /** @param {number} [least] @returns {number} an id that no entry has or had, larger than all of them */
  newId(least = 0) {
    this.#lastId = Math.max(least, this.#lastId + 1);
    return this.#lastId;
  }

  /**
   * Adds entries, or replaces those with their ids; undo leaves that as it is.
   * @param {Entry[]} entries @param {Map<number, File>} [pictures] new ones, by the ids of their entries
   */
  put(entries, pictures) {
    this.#set(entries.map((entry) => [entry.id, entry]), pictures);
  }

  /** Replaces the entries that a function changes, also those that undo brings back. @param {(entry: Entry) => Entry} change */
  change(change) {
    this.#steps = this.#steps.map((step) => step.map(([id, entry]) => [id, entry && change(entry)]));
    this.put(this.all.map(change).filter((entry) => entry !== this.find(entry.id)));
  }

  /** Takes an entry out; undo does not bring it back. */
  take(id) {
    this.#steps = this.#steps.filter((step) => step.every(([changed]) => changed !== id));
    this.#set([[id, undefined]]);
  }

  /** Replaces entries as a person asks for; undo brings them back. @param {Entry[]} entries that are in the list */
  correct(entries) {
    this.#do(entries.map((entry) => [entry.id, entry]));
  }

  /** Removes entries as a person asks for; undo brings them back. @param {number[]} ids */
  remove(ids) {
    this.#do(ids.map((id) => [id, undefined]));
  }

  /** What undo would bring back, as it was. @returns {Entry[]} none where nothing is to be undone */
  get undoable() {
    return (this.#steps.at(-1) ?? []).map(([, entry]) => entry);
  }

  undo() {
    if (this.#steps.length > 0) this.#set(this.#steps.pop());
  }

  /** Forgets all of it, here and in the store; undo does not bring it back. */
  async clear() {
    this.#steps = [];
    this.fill([]);
    await this.store.clear();
    this.dispatchEvent(new Event("change"));
  }

  #do(changes) {
    this.#steps.push(changes.map(([id]) => [id, this.#entries.get(id)]));
    this.#set(changes);
  }

  #set(changes, pictures) {
    for (const [id, entry] of changes) {
      if (entry) this.#entries.set(id, entry);
      else this.#entries.delete(id);
    }
    this.#order();
    const { kept } = this.store;
    const keeping = this.store.keep(this, changes.map(([id]) => id), pictures);
    this.dispatchEvent(new Event("change"));
    keeping?.then(() => this.store.kept !== kept && this.dispatchEvent(new Event("change")));
  }

  #order() {
    const all = [...this.#entries.values()].sort((one, other) => one.id - other.id);
    this.all = this.bound(all);
    if (this.all !== all) this.#entries = new Map(this.all.map((entry) => [entry.id, entry]));
    this.#lastId = Math.max(this.#lastId, this.all.at(-1)?.id ?? 0);
  }
}

/**
 * Keeps entries in this tab until it is closed: on a machine that a class shares, the next pupil does not find them, as they would
 * be in IndexedDB.
 */
export class TabStore {
  /** How much of the entries is kept. @type {"all" | "some" | "none"} */
  kept = "all";
  /** Pictures of entries, in memory alone. @type {Map<number, File>} */
  #pictures = new Map();

  /**
   * @param {(entries: object[]) => Iterable<object[]>} lessAndLess returns all, and what takes less and less room
   * @param {number} spare characters of room that are left for what else the pages keep
   */
  constructor(key, lessAndLess, spare) {
    Object.assign(this, { key, lessAndLess, spare });
  }

  load() {
    return loadFromTab(this.key) ?? [];
  }

  keep({ all }, ids, pictures = new Map()) {
    for (const [id, picture] of pictures) this.#pictures.set(id, picture);
    keepInTab(this.key, undefined);
    this.kept = all.length === 0 ? "all" : keepWhatFits(this.key, this.lessAndLess(all), this.spare);
  }

  /** @param {number} id of an entry @returns {File | undefined} until the page is left: there is no room for all */
  picture(id) {
    return this.#pictures.get(id);
  }

  clear() {
    this.#pictures.clear();
    this.keep({ all: [] });
  }
}
