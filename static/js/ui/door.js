/** What a page loads when it is opened: a door has one name for its styles, its elements and the texts of its script. */

import { element } from "./dom.js";
import { fetchOk } from "./files.js";
import { loadStyles } from "./styles.js";
import { addTranslations, isStandalone, language } from "./translate.js";

/** The doors whose elements are in the page. @type {Set<string>} */
const completed = new Set();

/**
 * @template Module
 * @param {string} name such as "inside": its styles are css/inside.css, its elements templates/doors/inside.html
 * @param {Element} root gets the elements
 * @param {() => Promise<Module>} load imports the script, which may translate at once: its texts have come before
 * @returns {Promise<Module?>} null where the server is gone: it may be called again then
 */
export async function loadDoor(name, root, load) {
  try {
    await Promise.all([loadStyles(`css/${name}.css`), complete(name, root)]);
    return await load();
  } catch {
    return null;
  }
}

/** Adds the elements of a door, and the translations that come behind them. The standalone file has them from the start. */
async function complete(name, root) {
  if (isStandalone || completed.has(name)) return;
  const answer = await fetchOk(`doors/${name}?lang=${language}`);
  const { content } = element("template", { innerHTML: await answer.text() });
  const texts = content.lastElementChild;
  addTranslations(JSON.parse(texts.textContent));
  texts.remove();
  root.append(content);
  completed.add(name);
}
