/** The classifier: the digit goes to the server as any program may send it, and its answer is shown as it came. */

import { readable } from "../readable_json.js";
import { words as sending } from "../sending_words.js";
import { isStandalone } from "../standalone.js";
import { words } from "./words.js";

export class ClassifierView {
  /** @type {Blob?} */
  #file = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    const command = this.part("command");
    const addressHere = new URL(".", location.href).href; // another than the server knows, behind a proxy perhaps
    if (!isStandalone) command.textContent = command.textContent.replace(command.dataset.address, addressHere);
    this.part("send").addEventListener("click", () => this.#send());
  }

  /** @param {import("../lesson.js").State} state */
  show({ file }) {
    if (file === this.#file) return;
    this.#file = file;
    this.part("answer").hidden = true;
    this.part("state").textContent = "";
  }

  async #send() {
    const file = this.#file;
    if (!file) return;
    this.part("state").textContent = sending.reading;
    const outcome = await post(file);
    if (file !== this.#file) return; // another digit has been drawn meanwhile
    this.part("state").textContent = outcome ? words.answered(outcome.status) : sending.noAnswer.title;
    this.part("answer").hidden = !outcome;
    this.part("answer").textContent = outcome ? readable(outcome.text) : "";
  }
}

/** @returns {Promise<{status: number, text: string}?>} null when there is no answer */
async function post(file) {
  try {
    const response = await fetch("predict", { method: "POST", body: file });
    return { status: response.status, text: await response.text() };
  } catch {
    return null;
  }
}
