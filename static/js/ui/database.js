/**
 * Files in the browser's database (IndexedDB), which holds what is too large for a tab's storage: of a review, and on their way
 * from one page to another.
 */

/** @template Result @param {IDBRequest<Result>} request @returns {Promise<Result>} */
export const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {IDBTransaction} transaction @returns {Promise<void>} @throws {DOMException} such as QuotaExceededError */
export const completed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });

const DATABASE = "inkling-handed";
const FILES = "files";
const HANDED = "#handed"; // at the end of the address of a page that files are handed to

async function handedFiles() {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(FILES, { autoIncrement: true });
  const database = await result(request);
  const transaction = database.transaction(FILES, "readwrite");
  return { database, transaction, store: transaction.objectStore(FILES) };
}

/**
 * Opens another page, which takes these files as if they had been chosen there; where the browser forbids its database, they
 * have to be chosen there again.
 * @param {File[]} files @param {string} address of a page that calls `takeHanded`
 */
export async function handOver(files, address) {
  try {
    const { database, transaction, store } = await handedFiles();
    store.clear(); // of files that no page has taken
    for (const file of files) store.add(file);
    await completed(transaction);
    database.close();
    location.assign(address + HANDED);
  } catch {
    location.assign(address);
  }
}

/** @returns {Promise<File[]>} the files that this page was opened with, once: they are kept no longer */
export async function takeHanded() {
  if (location.hash !== HANDED) return [];
  history.replaceState(history.state, "", location.pathname + location.search);
  try {
    const { database, store } = await handedFiles();
    const files = await result(store.getAll());
    await result(store.clear());
    database.close();
    return files;
  } catch {
    return [];
  }
}
