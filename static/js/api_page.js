/** The API page: copy buttons for its code, and forms that show the server's answers. */

import { beginCopyButton } from "./ui/copy_button.js";
import { element } from "./ui/dom.js";
import { toFile } from "./ui/files.js";
import { readable } from "./ui/format.js";
import { formatNumber, translate } from "./ui/translate.js";

const SIDE_PX = 280; // of the sample pictures, drawn by script
const STEP_PX = 196; // from one digit of a number to the next
const PEN_PX = 22;

/** @typedef {[number, number]} Place x and y in units of the picture's height */

/** @type {(x: number, y: number, radii: Place, from: number, to: number) => Place[]} */
const arc = (x, y, [across, down], from, to) =>
  Array.from({ length: 25 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / 24) * Math.PI) / 180; // 0 is right, 90 below
    return [x + across * Math.cos(angle), y + down * Math.sin(angle)];
  });

/** Each digit as one stroke. @type {Record<number, Place[]>} */
const STROKES = {
  0: arc(0.5, 0.5, [0.2, 0.3], -90, 270),
  1: [[0.54, 0.2], [0.48, 0.8]],
  2: [...arc(0.5, 0.36, [0.18, 0.16], -170, 40), [0.32, 0.8], [0.7, 0.8]],
  3: [...arc(0.47, 0.34, [0.18, 0.14], -150, 90), ...arc(0.47, 0.65, [0.21, 0.17], -90, 150)],
  7: [[0.28, 0.22], [0.72, 0.22], [0.46, 0.82]],
};

/**
 * Returns the sample pictures for a route.
 * @param {"digit" | "digits" | "number"} kind
 * @returns {File[]}
 */
function sample(kind) {
  const texts = { digit: ["7"], digits: ["1", "2", "", "3"], number: ["2073"] }[kind];
  return texts.map(draw);
}

/** @param {string} text digits side by side, or nothing for an empty picture @returns {File} */
function draw(text) {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE_PX + Math.max(0, text.length - 1) * STEP_PX;
  canvas.height = SIDE_PX;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.lineWidth = PEN_PX;
  pen.lineCap = pen.lineJoin = "round";
  [...text].forEach((digit, place) => drawStroke(pen, STROKES[digit], place * STEP_PX));
  return toFile(canvas.toDataURL(), `${text || "empty"}.png`); // toBlob would be asynchronous
}

/** @param {CanvasRenderingContext2D} pen @param {Place[]} places @param {number} left_px */
function drawStroke(pen, places, left_px) {
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(left_px + x * SIDE_PX, y * SIDE_PX);
  pen.stroke();
}

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
      this.outcome.textContent = translate("No answer from the server.");
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
const { address } = document.querySelector(".api").dataset; // as the server knows it, behind a proxy perhaps
const addressHere = new URL(".", location.href).href;
for (const figure of figures) {
  const code = figure.querySelector("code");
  if (address !== addressHere) code.textContent = code.textContent.replaceAll(address, addressHere);
  addCopyButton(figure);
}
for (const form of document.querySelectorAll(".try-form")) new TryForm(form);
