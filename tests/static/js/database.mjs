/** A browser's database with two stores, in which a transaction fails where there is no room. */
export function giveDatabase({ hasRoom = true } = {}) {
  const stores = { entries: new Map(), pictures: new Map() };
  const later = (request, call) => setImmediate(() => request[call]());
  const answered = (result) => {
    const request = { result };
    later(request, "onsuccess");
    return request;
  };
  const objectStore = (name) => ({
    put: (value, key = value.id) => hasRoom && stores[name].set(key, value),
    delete: (key) => stores[name].delete(key),
    clear: () => stores[name].clear(),
    get: (key) => answered(stores[name].get(key)),
    getAll: () => answered([...stores[name].values()]),
  });
  const transaction = (_, mode) => {
    const made = { objectStore };
    if (mode === "readwrite") later(made, hasRoom ? "oncomplete" : "onabort");
    return made;
  };
  globalThis.indexedDB = { open: () => answered({ transaction }) };
  return stores;
}
