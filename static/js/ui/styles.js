/** Style sheets of what is loaded later: each is added once, after the page's own. */

import { element } from "./dom.js";

/** The sheets that are added or on their way, by their names. @type {Map<string, Promise<void>>} */
const added = new Map();

/**
 * @param {string} name such as "css/inside.css"
 * @returns {Promise<void>} resolves when the page has it; rejects where the server is gone, and may be called again then
 */
export function loadStyles(name) {
  const adding = added.get(name) ?? add(name);
  added.set(name, adding);
  adding.catch(() => added.delete(name));
  return adding;
}

async function add(name) {
  if (globalThis.standalone) {
    document.head.append(element("style", { textContent: globalThis.standalone.styles[name] }));
    return;
  }
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  const { href } = new URL(`../${name}`, sheets[0].href); // of the same version
  if (sheets.some((sheet) => sheet.href === href)) return;
  const link = element("link", { rel: "stylesheet", href });
  await new Promise((resolve, reject) => {
    Object.assign(link, { onload: resolve, onerror: reject });
    document.head.append(link);
  }).catch((problem) => {
    link.remove();
    throw problem;
  });
}
