/** The state in the address, for reloading and sharing. Back and Forward leave it as it is: they close views. */

/** The address that was stored last, without the place in the page. @type {string?} */
let stored = null;

/** @param {Record<string, string | number | null>} changes of the query, by name; null removes one */
export function storeInAddress(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  try {
    const address = `${query}` === "" ? location.pathname : `?${query}`;
    stored = address;
    history.replaceState(history.state, "", address + location.hash);
  } catch {
    // Safari refuses more than 100 in 30 seconds, such as those of a key that is held down; a later one is stored
  }
}

// An older entry of the browser's history holds an older address, but its own place in the page.
globalThis.addEventListener?.("popstate", () => {
  if (stored !== null) history.replaceState(history.state, "", stored + location.hash);
});
