/** The state in the address, for reloading and sharing. */

/** @param {Record<string, string | number | null>} changes of the query, by name; null removes one */
export function storeInAddress(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  history.replaceState(null, "", `?${query}`);
}
