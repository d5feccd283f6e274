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
