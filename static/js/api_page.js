/** The API page: copy buttons for its code, and forms that show the server's answers. */

import { beginCopyButton } from "./ui/copy_button.js";
import { element } from "./ui/dom.js";
import { fetchPicture } from "./ui/files.js";
import { readable } from "./ui/format.js";
import { formatNumber, translate } from "./ui/translate.js";

// The address as the server knows it, behind a proxy perhaps, and that of the example pictures.
const { address, examples } = document.querySelector(".api").dataset;
const NO_ANSWER = translate("No answer from the server.");

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

  /** Chooses example pictures, and beside several of them a file that is none. */
  async #useSample() {
    const files = new DataTransfer();
    try {
      for (const name of this.form.dataset.samples.split(",")) files.items.add(await fetchPicture(examples + name, name));
      this.input.files = files.files;
      this.#showChosen();
    } catch {
      this.outcome.textContent = NO_ANSWER;
    }
  }

  #showChosen() {
    this.chosen.replaceChildren(...[...this.input.files].map(thumbnail));
    this.chosen.hidden = !this.input.files.length;
    this.outcome.textContent = "";
    this.answer.hidden = true;
  }

  async #send() {
    this.outcome.textContent = translate("Sending …");
    const start_ms = performance.now();
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
      });
      const text = await response.text();
      this.#showAnswer(response, text, performance.now() - start_ms);
    } catch {
      this.outcome.textContent = NO_ANSWER;
      this.answer.hidden = true;
    }
  }

  #showAnswer({ status, statusText, ok }, text, time_ms) {
    const size_bytes = new TextEncoder().encode(text).length;
    this.outcome.textContent = translate("{status}, {time} ms, {size} bytes", {
      status: `${status} ${statusText}`.trim(), // HTTP/2 has no text
      time: formatNumber(time_ms),
      size: formatNumber(size_bytes),
    });
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
  return element("li", {}, image);
}

function addCopyButton(figure) {
  const button = element("button", { type: "button", className: "button copy" }, translate("Copy"));
  beginCopyButton(button, figure.querySelector("code"));
  figure.querySelector("pre").prepend(button);
}

const figures = document.querySelectorAll(".code");
const addressHere = new URL(".", location.href).href;
for (const figure of figures) {
  const code = figure.querySelector("code");
  if (address !== addressHere) code.textContent = code.textContent.replaceAll(address, addressHere);
  addCopyButton(figure);
}
for (const form of document.querySelectorAll(".try-form")) new TryForm(form);
