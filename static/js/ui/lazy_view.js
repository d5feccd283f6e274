/** What a page loads when it is first opened. */

import { inAddress, openDialog } from "../state.js";
import { element } from "./dom.js";
import { fetchOk } from "./files.js";
import { addTranslations, isStandalone, language } from "./translate.js";

/** @template View what is loaded: its styles, its elements and its script, whose texts come with the elements */
export class LazyView {
  /** @type {Promise<View?>?} */
  #view = null;
  #hasElements = isStandalone; // the file has those of all views from the start

  /**
   * @param {string} name such as "inside": its styles are css/inside.css, its elements templates/views/inside.html
   * @param {Element} root gets the elements
   * @param {() => Promise<object>} importScript imports the script, which may translate at once: its texts have come before
   * @param {(module: object) => View} make
   */
  constructor(name, root, importScript, make) {
    Object.assign(this, { name, root, importScript, make });
  }

  /** Whether it is loaded, or on its way. */
  get isRequested() {
    return this.#view !== null;
  }

  /** @returns {Promise<View?>} null where the server is gone: the next call tries again */
  load() {
    return (this.#view ??= this.#load());
  }

  async #load() {
    let module;
    try {
      await Promise.all([loadStyles(`css/${this.name}.css`), this.#addElements()]);
      module = await this.importScript();
    } catch {
      this.#view = null;
      return null;
    }
    return this.make(module);
  }

  /** Adds the elements, and the translations that come behind them. */
  async #addElements() {
    if (this.#hasElements) return;
    const answer = await fetchOk(`views/${this.name}?lang=${language}`);
    const { content } = element("template", { innerHTML: await answer.text() });
    if (this.#hasElements) return; // Of the next call: the styles of this one failed, and its elements came later.
    const texts = content.lastElementChild;
    addTranslations(JSON.parse(texts.textContent));
    texts.remove();
    this.root.append(content);
    this.#hasElements = true;
  }
}

/**
 * Shows a view in its dialog over the page when a button is pressed, and at once where the address asks for it.
 * @param {LazyView<{open: () => void, close: () => void}>} lazyView whose root is the dialog; the view keeps its state in the address
 * @param {string} property of addresses that ask for it @param {HTMLButtonElement} button
 * @param {{onFail: () => void, onOpen?: () => void, onClose?: () => void}} listener onFail: it cannot be loaded
 */
export function listenForDialog(lazyView, property, button, { onFail, onOpen = () => {}, onClose = () => {} }) {
  const open = async (isByUser) => {
    const view = await lazyView.load();
    if (!view) return onFail();
    if (lazyView.root.open) return;
    onOpen();
    openDialog(lazyView.root, { isByUser }, () => {
      view.close();
      onClose();
    });
    view.open();
  };
  button.addEventListener("click", () => open(true));
  if (inAddress(property) !== null) open(false);
}

/** The style sheets that are added or on their way, by their names. @type {Map<string, Promise<void>>} */
const added = new Map();

/**
 * Adds a style sheet once, after the page's own.
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
  if (isStandalone) {
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
