/** Makes elements, finds the parts of a view, and tells where someone types, which keys undo, and whether motion is wanted. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name such as "p"
 * @param {Record<string, any>} properties such as {className: "quiet"}
 * @param {(Node | string)[]} children
 */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Makes an element of a drawing. @param {Record<string, any>} attributes such as {class: "line"} */
export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** Makes screen readers read a sentence aloud; of a page under a dialog they read nothing. */
export const announce = (sentence) =>
  ((document.querySelector("dialog[open] .announcement") ?? byId("announcement")).textContent = sentence);

/** @param {Element} root @returns {(name: string) => HTMLElement} finds an element of it by its data-part */
export const partsOf = (root) => (name) => root.querySelector(`[data-part="${name}"]`);

/** @param {(string | Node)[]} cells of a table, of which the first is the row's heading */
export const tableRow = ([heading, ...others]) =>
  element("tr", {}, element("th", { scope: "row" }, heading), ...others.map((cell) => element("td", {}, cell)));

/** @param {(string | Node)[][]} rows as `tableRow` takes each */
export function table(headings, rows) {
  const head = headings.map((text) => (text === "" ? element("td") : element("th", { scope: "col" }, text)));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows.map(tableRow)));
}

/** A table that scrolls where it is too wide. */
export const scrollingTable = (headings, rows) =>
  element("div", { className: "scrollable", tabIndex: 0 }, table(headings, rows));

/** Fills a list of names and their values. @param {[string, string][]} rows */
export function showDefinitions(list, rows) {
  list.replaceChildren(...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

/** Places an element over a picture, in shares of its size. @param {number[]} box left, top, width and height, as the size is */
export function placeOver(target, [left, top, width, height], size) {
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  Object.assign(target.style, {
    left: percent(left, size.width),
    top: percent(top, size.height),
    width: percent(width, size.width),
    height: percent(height, size.height),
  });
}

/** Whether the user wants no motion. */
export const stillness = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)") ?? { matches: false };

/** Lets the page do what waits: draw, and take what people do. */
export const nextTask = () => new Promise((resolve) => setTimeout(resolve));

/** Scrolls no further than is needed to see all of it. @param {Element} target */
export const bringIntoSight = (target) =>
  target.scrollIntoView({ block: "nearest", behavior: stillness.matches ? "instant" : "smooth" });

/** Sets the text of a live region only when it changes, so that it is not read aloud again. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Whether keys, and what is pasted, are of a text that someone types. @param {Event} event */
export const isOfTextField = ({ target }) => target.matches?.(":read-write") ?? false;

/** @param {KeyboardEvent} event @returns {boolean} whether its keys may be a shortcut of the browser, such as Alt and ← for Back */
export const isShortcut = ({ ctrlKey, metaKey, altKey }) => ctrlKey || metaKey || altKey;

/** @param {KeyboardEvent} event @returns {"undo" | "redo" | null} what the keys do everywhere, with Ctrl or the Mac's Command key */
export function undoOrRedo({ key, ctrlKey, metaKey, shiftKey }) {
  const letter = (ctrlKey || metaKey) && key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && !shiftKey ? "redo" : null;
}
