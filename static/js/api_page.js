/** The API page: copy buttons for its code, and forms that show the server's answers. */

import { words } from "./api_words.js";
import { readable } from "./ui/readable_json.js";
import { sample } from "./samples.js";

/** A form that sends its pictures and shows the answer below them. */
class TryForm {
  /** @param {HTMLFormElement} form that works without scripts too */
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input");
    this.chosen = form.querySelector(".chosen");
    this.outcome = form.querySelector(".outcome");
    this.answer = form.querySelector(".answer");
    this.input.addEventListener("change", () => this.#showChosen());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    const button = form.querySelector(".sample");
    button.hidden = false;
    button.addEventListener("click", () => this.#useSample());
    this.#showChosen(); // a browser may keep the choice when the page is loaded again
  }

  #useSample() {
    const files = new DataTransfer();
    for (const file of sample(this.form.dataset.sample)) files.items.add(file);
    this.input.files = files.files;
    this.#showChosen();
  }

  #showChosen() {
    this.chosen.replaceChildren(...[...this.input.files].map(thumbnail));
    this.chosen.hidden = !this.input.files.length;
    this.outcome.textContent = "";
    this.answer.hidden = true;
  }

  async #send() {
    this.outcome.textContent = words.sending;
    const start_ms = performance.now();
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
      });
      const text = await response.text();
      this.#showAnswer(response, text, performance.now() - start_ms);
    } catch {
      this.outcome.textContent = words.noAnswer;
      this.answer.hidden = true;
    }
  }

  #showAnswer({ status, statusText, ok }, text, time_ms) {
    const size_bytes = new TextEncoder().encode(text).length;
    this.outcome.textContent = words.outcome(status, statusText, time_ms, size_bytes);
    this.outcome.classList.toggle("is-error", !ok);
    this.answer.textContent = readable(text);
    this.answer.hidden = false;
  }
}

/** @param {File} file @returns {HTMLLIElement} */
function thumbnail(file) {
  const image = new Image();
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
  const item = document.createElement("li");
  item.append(image);
  return item;
}

/** Adds a button that copies the code of a figure. Browsers allow that over HTTPS and on localhost only. */
function addCopyButton(figure) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button copy";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(figure.querySelector("code").textContent);
    button.textContent = words.copied;
  });
  figure.querySelector("pre").prepend(button);
}

const figures = document.querySelectorAll(".code");
const { address } = document.querySelector(".api").dataset; // as the server knows it, behind a proxy perhaps
const addressHere = new URL(".", location.href).href;
for (const figure of figures) {
  const code = figure.querySelector("code");
  if (address !== addressHere) code.textContent = code.textContent.replaceAll(address, addressHere);
  if (navigator.clipboard) addCopyButton(figure);
}
for (const form of document.querySelectorAll(".try-form")) new TryForm(form);
