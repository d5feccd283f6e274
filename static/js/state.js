/** The state in the address, for reloading and sharing, and what the browser's Back closes. */

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

/** @param {string} name @returns {string} of the address, empty if it has none */
export const readAddress = (name) => new URLSearchParams(location.search).get(name) ?? "";

/** @param {string} name @param {string} value */
export function writeAddress(name, value) {
  if (readAddress(name) !== value) storeInAddress({ [name]: value });
}

/**
 * Views that cover the page, such as the large one or a dialog: the browser's Back closes the one on top, instead of
 * leaving the page. Each has an entry in the browser's history, which is taken back when the view is closed otherwise.
 */

/** What closes each open view, the last one on top. @type {(() => void)[]} */
const closers = [];

/** How many views were open where the browser's history is now. */
const depth = () => history.state?.covers ?? 0;

/**
 * Notes that a view has opened. Opened by the address it gets no entry: Back leads where the visitor came from.
 * @param {() => void} close is called when the browser goes back
 * @param {{isByUser?: boolean}} [how]
 */
export function cover(close, { isByUser = true } = {}) {
  if (closers.includes(close)) return;
  const hasEntry = depth() > closers.length; // of before the page was reloaded
  if (!isByUser && !hasEntry) return;
  closers.push(close);
  if (!hasEntry) history.pushState({ covers: closers.length }, "");
}

/** Notes that a view was closed. @param {() => void} close as it was given to cover */
export function uncover(close) {
  const place = closers.indexOf(close);
  if (place < 0) return; // the browser went back, or it was opened by the address
  closers.splice(place, 1);
  history.back();
}

globalThis.addEventListener?.("popstate", () => {
  while (closers.length > depth()) closers.pop()();
});

/** @param {HTMLAnchorElement[]} links with the language that each leads to as hreflang */
export function keepStateIn(links) {
  for (const link of links) {
    const update = () => {
      const query = new URLSearchParams(location.search);
      query.set("lang", link.hreflang);
      link.search = query;
      link.hash = location.hash;
    };
    for (const event of ["click", "auxclick", "contextmenu"]) link.addEventListener(event, update); // also to a new tab
  }
}
