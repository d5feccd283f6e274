/** The photographs on their way, what cannot be read of them and why, and questions about those that were read. */

import { words as sendingWords } from "../server/sending_words.js";
import { words } from "./class_words.js";
import { partsOf } from "../ui/dom.js";

export class UploadsView {
  /** @type {WeakMap<import("./photographs.js").Photograph, HTMLLIElement>} */
  #items = new WeakMap();
  /** Whether each of the items that are shown has failed. @type {Map<HTMLLIElement, boolean>} */
  #states = new Map();
  /** Sheets that look like one that is there. @type {HTMLLIElement[]} */
  #questions = [];

  /**
   * @param {HTMLUListElement} list
   * @param {HTMLTemplateElement} template of an item
   * @param {import("./photographs.js").Uploads} uploads
   */
  constructor(list, template, uploads) {
    Object.assign(this, { list, template, uploads });
    uploads.addEventListener("change", () => this.#show());
  }

  /**
   * Asks what to do with a sheet that looks like one that is there.
   * @param {{photograph: string}} sheet @param {number} number of the other
   * @param {{replace: () => void, add: () => void}} answers
   */
  ask({ photograph }, number, { replace, add }) {
    const item = this.#made(photograph, words.sheet(number));
    const part = partsOf(item);
    part("status").textContent = words.again(number);
    part("replace").textContent = words.replace(number);
    for (const [name, answer] of Object.entries({ replace, add, "leave-out": () => {} })) {
      part(name).hidden = false;
      part(name).addEventListener("click", () => {
        this.#questions = this.#questions.filter((each) => each !== item);
        this.#show();
        answer();
      });
    }
    this.#questions.push(item);
    this.#show();
    item.scrollIntoView({ block: "nearest" });
  }

  /** Drops the questions. */
  clear() {
    this.#questions = [];
    this.#show();
  }

  #show() {
    const focused = document.activeElement;
    const items = this.uploads.photographs.map((photograph) => this.#item(photograph));
    this.list.replaceChildren(...items, ...this.#questions);
    this.list.hidden = this.list.children.length === 0;
    if (this.list.contains(focused)) focused.focus(); // it loses the focus when it is moved
    this.#showNews(items);
  }

  /** Scrolls to what has come or failed: it may be chosen, dropped or pasted far below. */
  #showNews(items) {
    const states = new Map(items.map((item) => [item, item.classList.contains("has-failed")]));
    const news = items.find((item) => this.#states.get(item) !== states.get(item));
    this.#states = states;
    news?.scrollIntoView({ block: "nearest" });
  }

  #item(photograph) {
    if (!this.#items.has(photograph)) this.#items.set(photograph, this.#madeItem(photograph));
    const item = this.#items.get(photograph);
    const part = partsOf(item);
    const { sent, problem, hasFailed } = photograph;
    item.classList.toggle("has-failed", hasFailed);
    part("status").textContent = problem ? `${problem.title.replace(/\.$/, "")}. ${problem.message}` : progressText(sent);
    part("progress").hidden = sent === null;
    part("progress").value = sent ?? 0;
    part("retry").hidden = !hasFailed;
    return item;
  }

  #madeItem(photograph) {
    const url = URL.createObjectURL(photograph.file);
    const item = this.#made(url, photograph.file.name);
    const part = partsOf(item);
    for (const event of ["load", "error"]) part("picture").addEventListener(event, () => URL.revokeObjectURL(url));
    part("picture").addEventListener("error", () => (part("picture").hidden = true));
    part("retry").addEventListener("click", () => this.uploads.retry(photograph));
    part("remove").hidden = false;
    part("remove").addEventListener("click", () => this.uploads.remove(photograph));
    return item;
  }

  #made(src, name) {
    const item = this.template.content.cloneNode(true).firstElementChild;
    const part = partsOf(item);
    part("picture").src = src;
    part("name").textContent = name;
    return item;
  }
}

function progressText(sent) {
  if (sent === null) return words.waiting;
  return sent < 1 ? sendingWords.sending(Math.floor(100 * sent)) : sendingWords.reading;
}
