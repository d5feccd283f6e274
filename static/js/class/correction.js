/** The dialog in which a person says which digit was written: by ten keys. */

import { element, partsOf } from "../ui/dom.js";

export class Correction {
  /** What is done with the choice. @type {{onCorrect: (text: string) => void, onRemove: () => void, onRestore?: () => void}} */
  #listener;

  /** @param {HTMLDialogElement} dialog of correction.html */
  constructor(dialog) {
    this.dialog = dialog;
    this.part = partsOf(dialog);
    [this.form] = dialog.getElementsByTagName("form");
    this.part("digits").addEventListener("click", ({ target }) => target.value && this.#close("onCorrect", target.value));
    dialog.addEventListener("keydown", (event) => this.#press(event));
    this.part("remove").addEventListener("click", () => this.#close("onRemove"));
    this.part("restore").addEventListener("click", () => this.#close("onRestore"));
    this.part("close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close()); // beside it
  }

  get isOpen() {
    return this.dialog.open;
  }

  /**
   * @param {{title: string, pictures: Element[], answers?: string[][], note: string, text: string, isRemoved?: boolean,
   *   isEmpty?: boolean}} shown the answers by network, digit and confidence; the text is what counts as written so far
   */
  open({ title, pictures, answers = [], note, text, isRemoved = false, isEmpty = false }, listener) {
    this.#listener = listener;
    const row = ([name, ...cells]) =>
      element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell)));
    this.part("title").textContent = title;
    this.part("pictures").replaceChildren(...pictures);
    this.part("answers")?.replaceChildren(...answers.map(row));
    this.part("note").textContent = note;
    this.form.hidden = isEmpty || isRemoved;
    for (const key of this.part("digits").querySelectorAll("button")) key.ariaPressed = String(key.value === text);
    this.part("remove").hidden = isEmpty || isRemoved;
    this.part("restore").hidden = isEmpty || !isRemoved;
    this.dialog.showModal();
  }

  #press(event) {
    const isDigit = /^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape") this.dialog.close();
    else if (!this.form.hidden && isDigit) this.#close("onCorrect", event.key);
    else return;
    event.preventDefault(); // Escape would end the projector's view, too
  }

  #close(name, text) {
    this.dialog.close();
    this.#listener[name](text);
  }
}
