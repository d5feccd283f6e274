/**
 * The opening of an empty page: a 7 draws itself and the network's answer to it appears, until the visitor does anything.
 * Nothing of it is a drawing or an answer: it lies over both, and screen readers pass over it.
 */

import { showBars } from "./view.js";

// A print would begin it again, and a page that the browser brings back may be older than a drawing.
const ENDING = ["pointerdown", "keydown", "click", "change", "dragenter", "paste", "beforeprint", "pagehide"];

/**
 * @param {SVGElement?} drawing holds the answer as JSON; null where the server had none
 * @param {{outcome: HTMLElement, activations: HTMLElement}} shown what shows an answer, with copies over it that show this one
 */
export function playOpening(drawing, { outcome, activations }) {
  if (!drawing) return;
  const answer = JSON.parse(drawing.dataset.answer);
  const copies = [outcome, activations].map(copyOver);
  const [ofOutcome, ofActivations] = copies;
  ofOutcome.querySelector(".digit").innerHTML = `<span>${answer.digit}</span>`;
  Object.assign(ofOutcome.querySelector("img"), { src: answer.image, hidden: false });
  showBars(ofActivations.children, answer.activations, answer.digit);
  const root = document.documentElement;
  root.toggleAttribute("data-opening", true);
  const listening = new AbortController();
  const end = () => {
    listening.abort();
    root.toggleAttribute("data-opening", false);
    for (const copy of copies) copy.remove();
  };
  for (const each of ENDING) addEventListener(each, end, { capture: true, signal: listening.signal });
}

/** Returns an inert copy of an element, at the same place of the page's grid. */
function copyOver(element) {
  const copy = element.cloneNode(true);
  for (const each of [copy, ...copy.querySelectorAll("[id], [aria-live]")]) {
    for (const name of ["id", "role", "aria-live"]) each.removeAttribute(name);
  }
  copy.classList.add("is-example");
  Object.assign(copy, { inert: true, ariaHidden: "true" });
  element.after(copy);
  return copy;
}
