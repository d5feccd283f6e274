/** Makes elements, and tells where someone types. */

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

/** A bar from the middle: to the right for a number above 0, to the left below. */
export function signedBar(value, largest) {
  const bar = element("span", { className: "signed-bar", ariaHidden: "true" }, element("span"));
  bar.dataset.sign = value < 0 ? "minus" : "plus";
  bar.firstChild.style.width = `${(50 * Math.abs(value)) / (largest || 1)}%`;
  return bar;
}

/**
 * @param {string[]} headings
 * @param {(string | Node)[][]} rows the first cell of each is its heading
 */
export function table(headings, rows) {
  const row = (cells) => element("tr", {}, ...cells);
  const head = row(headings.map((text) => element("th", { scope: "col" }, text)));
  const body = rows.map(([first, ...others]) =>
    row([element("th", { scope: "row" }, first), ...others.map((cell) => element("td", {}, cell))]),
  );
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

/** @param {Event} event @returns {boolean} */
export const isOfTextField = ({ target }) => target.matches?.(":read-write") ?? false;
