/** Texts that the server's answers have: the standalone file brings their translations along. */

const texts = globalThis.standalone?.texts ?? {};

/** @param {string} english @param {Object<string, string | number>} [values] in place of the text's {names} */
export const serverText = (english, values = {}) =>
  (texts[english] ?? english).replace(/\{(\w+)\}/g, (name, key) => values[key] ?? name);
