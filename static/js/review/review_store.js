/**
 * Keeps a review in the browser (IndexedDB), pictures included, until all of it is forgotten: a folder cannot be opened again
 * without the user. What finds no room stays in memory, until the page is left.
 */

const NAME = "inkling-review";
const STORES = ["entries", "pictures"];

export class Store {
  /** Whether a reload loses nothing. */
  isKept = true;
  /** @type {IDBDatabase?} null where the browser forbids it */
  #database = null;
  /** The pictures that found no room. @type {Map<number, File>} */
  #pictures = new Map();

  /** @returns {Promise<import("./entries.js").Entry[]>} those of earlier visits */
  async load() {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id" });
        request.result.createObjectStore("pictures");
      };
      this.#database = await result(request);
      return await result(this.#database.transaction("entries").objectStore("entries").getAll());
    } catch {
      this.isKept = false;
      return [];
    }
  }

  /** @param {import("./entries.js").Entry} entry @param {File} [picture] a new one of it */
  async put(entry, picture) {
    try {
      const transaction = this.#database.transaction(STORES, "readwrite");
      transaction.objectStore("entries").put(entry);
      if (picture) transaction.objectStore("pictures").put(picture, entry.id);
      await completed(transaction);
    } catch {
      this.isKept = false;
      if (picture) this.#pictures.set(entry.id, picture);
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

  async clear() {
    this.#pictures.clear();
    if (!this.#database) return;
    const transaction = this.#database.transaction(STORES, "readwrite");
    for (const name of STORES) transaction.objectStore(name).clear();
    await completed(transaction);
    this.isKept = true;
  }
}

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction @returns {Promise<void>} @throws {DOMException} such as QuotaExceededError */
const completed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
