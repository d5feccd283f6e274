/**
 * Keeps entries and their pictures in the browser (IndexedDB) until all are forgotten: a folder cannot be opened again without the
 * user. Pictures that find no room stay in memory, until the page is left.
 */

import { completed, result } from "../ui/database.js";

const STORES = ["entries", "pictures"];

export class BrowserStore {
  /** Whether there was room for everything so far. @type {"all" | "some"} */
  kept = "all";
  /** @type {IDBDatabase?} null where the browser forbids it */
  #database = null;
  /** The pictures that are not stored yet, or found no room. @type {Map<number, File>} */
  #pictures = new Map();
  #isClosed = false;

  constructor(name) {
    this.name = name;
  }

  /** Whether a reload would lose pictures. */
  get hasUnstored() {
    return this.#pictures.size > 0;
  }

  /** @returns {Promise<object[]>} the entries of earlier visits */
  async load() {
    try {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id" });
        request.result.createObjectStore("pictures");
      };
      this.#database = await result(request);
      return await result(this.#database.transaction("entries").objectStore("entries").getAll());
    } catch {
      this.kept = "some";
      return [];
    }
  }

  /** Stores entries one by one, each with its picture, as the list has them at that moment: they may change meanwhile. */
  async keep(list, ids, pictures = new Map()) {
    for (const [id, picture] of pictures) this.#pictures.set(id, picture);
    for (const id of ids) {
      const [entry, picture] = [list.find(id), this.#pictures.get(id)];
      if (this.#isClosed) continue;
      try {
        const transaction = this.#database.transaction(STORES, "readwrite");
        if (entry) transaction.objectStore("entries").put(entry);
        else transaction.objectStore("entries").delete(id); // undo may bring it back: its picture stays until all are forgotten
        if (picture) transaction.objectStore("pictures").put(picture, id);
        await completed(transaction);
        if (this.#pictures.get(id) === picture) this.#pictures.delete(id); // and it was not replaced meanwhile
      } catch {
        this.kept = "some";
      }
    }
  }

  /** @param {number} id of an entry @returns {Promise<File | undefined>} undefined where the browser has lost it */
  async picture(id) {
    if (this.#pictures.has(id)) return this.#pictures.get(id);
    try {
      return await result(this.#database.transaction("pictures").objectStore("pictures").get(id));
    } catch {
      return undefined;
    }
  }

  /** Stores nothing more: another tab does. */
  close() {
    this.#isClosed = true;
  }

  async clear() {
    this.#pictures.clear();
    if (!this.#database || this.#isClosed) return;
    const transaction = this.#database.transaction(STORES, "readwrite");
    for (const name of STORES) transaction.objectStore(name).clear();
    await completed(transaction);
    this.kept = "all";
  }
}
