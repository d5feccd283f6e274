/**
 * The state of a page that its address holds, for reloading and sharing, and what the browser's Back closes.
 *
 * Back and Forward leave the state as it is: they close views.
 */

/**
 * How a property is read from the address and written to it; its usual value is not in the address.
 * @typedef {{usual: any, read: (text: string) => any, write?: (value: any) => string}} Property read returns the usual value
 *   for a text that is none of its values, or the nearest possible number
 * @typedef {Property & {least: number, most: number, isWhole: boolean, isLogarithmic: boolean}} NumberProperty
 * @typedef {Property & {choices: string[]}} Choice
 */

const flag = { usual: false, read: () => true, write: () => "" };
const text = { usual: null, read: (value) => value };
const digit = { usual: null, read: (value) => (/^[0-9]$/.test(value) ? Number(value) : null) };

/** A place in a list, from 0; people count from 1. @returns {Property} */
const place = (most) => ({
  usual: null,
  read: (value) => (/^[1-9]\d{0,3}$/.test(value) && Number(value) <= most ? Number(value) - 1 : null),
  write: (value) => String(value + 1),
});

/** @returns {NumberProperty} */
function number(least, most, usual, { isWhole = false, isLogarithmic = false } = {}) {
  const read = (value) => {
    const asNumber = String(value).trim() === "" ? NaN : Number(value);
    if (!Number.isFinite(asNumber)) return usual;
    const within = Math.min(Math.max(asNumber, least), most);
    return isWhole ? Math.round(within) : within;
  };
  return { usual, read, least, most, isWhole, isLogarithmic };
}

/** @returns {Choice} of which the first is the usual one */
const choice = (...choices) => ({ usual: choices[0], read: (value) => (choices.includes(value) ? value : choices[0]), choices });

/** What can be set of a training. */
export const KNOBS = {
  hidden: number(1, 100, 15, { isWhole: true }),
  rate: number(0.001, 30, 3, { isLogarithmic: true }),
  batch: number(1, 1000, 10, { isWhole: true, isLogarithmic: true }),
  epochs: number(1, 30, 3, { isWhole: true }),
  penalty: number(0, 0.01, 0.00002),
  wrong: number(0, 100, 0, { isWhole: true }),
  seed: number(0, 2 ** 32 - 1, 1, { isWhole: true }),
  digits: choice("all", "half", "slanted", "upright"),
  start: choice("random", "zero", "wrong"),
  biases: choice("yes", "no"),
  cost: choice("quadratic", "cross-entropy"),
  activation: choice("sigmoid", "relu"),
};

/** All that addresses hold, by name. @type {Record<string, Property>} */
const PROPERTIES = {
  model: text, // the network that reads
  risk: choice("", "0.001", "0.01", "0.02"),
  projector: flag,
  bet: flag, // bet first
  fool: { ...number(1, 9999, 1, { isWhole: true }), usual: null }, // the set of tasks that the game plays
  players: choice("1", "2"), // of the game
  // Of the drawing page:
  pad: choice("square", "wide"),
  digit: place(100), // of a number, which was chosen
  example: text,
  columns: flag, // what the network of lines read in each column
  invite: flag,
  readings: flag, // as a table
  inside: text, // the view that is open
  neuron: text,
  decision: { usual: null, read: (value) => Number(value) || 0, write: (step) => String(step || "") }, // the step, from 1; 0 plays
  first: digit, // of the two that are compared
  second: digit,
  // Of the learning page:
  ...KNOBS,
  hide: { usual: "", read: (names) => names }, // knobs that are not shown
  beside: text, // the knob whose other value is trained, too
  run: text, // the name of the run that the tab keeps
  plane: text, // the points with two inputs that are open, by the name of their set
  lines: number(1, 8, 3, { isWhole: true }), // hidden neurons there
  line: place(8), // and which of them is chosen
  weights: number(1, 9999, 1, { isWhole: true }), // which random ones it begins with
  // Of the teacher's page:
  present: { usual: null, read: (value) => (["2", "3"].includes(value) ? value : "1") }, // the lesson
};

/** @param {string} name of a property @param {URLSearchParams} [query] @returns {any} its value in the address */
export function inAddress(name, query = new URLSearchParams(location.search)) {
  const { usual, read } = PROPERTIES[name];
  return query.has(name) ? read(query.get(name)) : usual;
}

/** @param {URLSearchParams} query is changed @param {Record<string, any>} values by name; null stands for the usual one */
export function writeTo(query, values) {
  for (const [name, value] of Object.entries(values)) {
    const { usual, write = String } = PROPERTIES[name];
    if (value === null || value === usual) query.delete(name);
    else query.set(name, write(value));
  }
  return query;
}

/** The address that was stored last, without the place in the page. @type {string?} */
let stored = null;

/** @param {Record<string, any>} values by name; null stands for the usual one */
export function storeInAddress(values) {
  const query = writeTo(new URLSearchParams(location.search), values);
  stored = query.size > 0 ? `?${query}` : location.pathname;
  if (stored === location.search) return;
  try {
    history.replaceState(history.state, "", stored + location.hash);
  } catch {
    // Safari refuses more than 100 in 30 seconds, such as those of a key that is held down; a later one is stored
  }
}

/**
 * What closes each view that covers the page, such as the large one or a dialog, the last one on top: the browser's Back closes
 * that, instead of leaving the page. Each has an entry in the history, which is taken back when the view is closed otherwise.
 * @type {(() => void)[]}
 */
const closers = [];

/** Whether the browser goes back from a view that was closed: what opens before it is there gets its entry then. */
let isGoingBack = false;

/** How many views were open where the browser's history is now. */
const depth = () => history.state?.covers ?? 0;

/**
 * Notes that a view has opened. Opened by the address it gets no entry: Back leads where the visitor came from.
 * @param {() => void} close is called when the browser goes back
 * @param {{isByUser?: boolean}} [how]
 */
export function cover(close, { isByUser = true } = {}) {
  if (closers.includes(close)) return;
  const hasEntry = !isGoingBack && depth() > closers.length; // of before the page was reloaded
  if (!isByUser && !hasEntry) return;
  closers.push(close);
  if (!hasEntry && !isGoingBack) addEntry();
}

const addEntry = () => history.pushState({ covers: closers.length, isOfView: true }, "");

/** Notes that a view opens in place of one that is about to close: Back closes it then, too. @param {() => void} closed as `close` */
export function coverInPlace(closed, close) {
  const place = closers.indexOf(closed);
  if (place >= 0) closers[place] = close;
}

/** Notes that a view was closed. @param {() => void} close as it was given to cover */
export function uncover(close) {
  const place = closers.indexOf(close);
  if (place < 0) return; // the browser went back, or it was opened by the address
  closers.splice(place, 1);
  if (history.state?.isOfView) {
    isGoingBack = true;
    history.back();
  } else markEntry({ covers: closers.length }); // of a place in the page that was opened in the view
}

/**
 * Opens a dialog over the page until Escape, the browser's Back or a button of it closes it.
 * @param {HTMLDialogElement} dialog @param {{isByUser: boolean}} how as of cover @param {() => void} onClose
 * @returns {() => void} what closes it, as it was given to cover
 */
export function openDialog(dialog, how, onClose) {
  const close = () => dialog.close();
  cover(close, how);
  dialog.showModal();
  dialog.onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it would end the projector's view, too
    close();
  };
  dialog.onclose = () => {
    onClose();
    uncover(close);
  };
  return close;
}

/**
 * Gives the present entry of the history the number of views that are open, if it has none: the browser makes entries without,
 * of the page and of places in it. An older entry holds an older address, but its own place in the page.
 */
const markEntry = (state = history.state ?? { covers: closers.length }) =>
  history.replaceState(state, "", stored === null ? undefined : stored + location.hash);

if (globalThis.history) markEntry();
globalThis.addEventListener?.("popstate", () => {
  markEntry();
  if (!isGoingBack) while (closers.length > depth()) closers.pop()();
  else if (closers.length > depth()) addEntry();
  isGoingBack = false;
});

/** Keeps the state in the links that lead to the page in other languages. */
export function keepStateInLanguages() {
  for (const link of document.querySelectorAll(".languages a")) {
    const update = () => {
      const query = new URLSearchParams(location.search);
      query.set("lang", link.hreflang);
      link.search = query;
      link.hash = location.hash;
    };
    for (const event of ["click", "auxclick", "contextmenu"]) link.addEventListener(event, update); // also to a new tab
  }
}
