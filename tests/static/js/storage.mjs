/** A browser's storage with room for so many characters. @returns {Map<string, string>} what it holds */
export function giveStorage(room = Infinity) {
  const items = new Map();
  globalThis.sessionStorage = {
    getItem: (key) => items.get(key) ?? null,
    removeItem: (key) => items.delete(key),
    setItem(key, value) {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(key, value);
    },
  };
  return items;
}
