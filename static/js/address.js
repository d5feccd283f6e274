/** The state in the address, for reloading and sharing. */

/** @param {Record<string, string | number | null>} changes of the query, by name; null removes one */
export function storeInAddress(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  try {
    const address = `${query}` === "" ? location.pathname : `?${query}`;
    history.replaceState(null, "", address + location.hash);
  } catch {
    // Safari refuses more than 100 in 30 seconds, such as those of a key that is held down; a later one is stored
  }
}
