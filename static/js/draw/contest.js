/** What a bet and the game have in common: choices by button or key, and a result that the whole class sees. */

import { isNoDigit } from "../readings/entry.js";
import { element, isShortcut } from "../ui/dom.js";
import { loadStyles } from "../ui/lazy_view.js";

const SHOWN_MS = 2000;
const FIELDS = ["input", "select", "textarea"]; // which use these keys themselves

/** @typedef {number?} Guess a digit, or null for "no digit" */

/** @returns {Guess | undefined} what was read as one digit; undefined for several, on which there is no bet */
export function guessIn(answer) {
  if (answer.digits.length !== 1) return undefined;
  return isNoDigit(answer) ? null : answer.digits[0].digit;
}

/**
 * Calls back with the value of a button when it is pressed, or the key that its aria-keyshortcuts name while it is shown.
 * @param {HTMLElement} group @param {(value: string) => void} onChoice
 */
export function listenForChoice(group, onChoice) {
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) onChoice(button.value);
  });
  const dialog = group.closest("dialog");
  document.addEventListener("keydown", (event) => {
    const { key, repeat, target } = event;
    const isOfOther = target.closest?.(FIELDS.join()) || target.closest?.("dialog") !== dialog;
    if (isShortcut(event) || repeat || isOfOther) return;
    const isMeant = (button) => button.getAttribute("aria-keyshortcuts").split(" ").includes(key.toUpperCase());
    const button = [...group.querySelectorAll("[aria-keyshortcuts]")].find(isMeant);
    if (button?.checkVisibility()) onChoice(button.value);
  });
}

/** Loads what `showLarge` needs. @returns {Promise<void>} */
export const loadContest = () => loadStyles("css/contest.css");

/** @typedef {{name: string, figure: string | Element, isRight?: boolean, score?: number}} Side whose figure is large */

/** @param {Side[]} sides face to face */
export function faceToFace(sides) {
  const cards = sides.map(({ name, figure, isRight, score }) => {
    const large = element("b", { className: figure.length > 2 ? "is-long" : "" }, figure); // such as "no digit"
    const card = element("div", { className: "side" }, element("span", {}, name), large);
    card.classList.toggle("is-right", isRight === true);
    if (score !== undefined) card.append(element("span", { className: "score" }, `${score} ✓`));
    return card;
  });
  return element("div", { className: "sides" }, ...cards);
}

/**
 * Shows a result over the page for two seconds, or until the next key or touch. Screen readers get it elsewhere.
 * @param {HTMLElement} root @param {{sides: Side[], verdict: string, note?: string, isWon: boolean, shown_ms?: number}} result
 * @returns {Promise<void>} resolves when it is gone
 */
export async function showLarge(root, { sides, verdict, note = "", isWon, shown_ms = SHOWN_MS }) {
  const texts = [element("p", { className: "verdict-large" }, verdict), element("p", { className: "large" }, note)];
  const shown = element("div", { className: "large-result", ariaHidden: "true" }, faceToFace(sides), ...texts);
  shown.classList.toggle("is-won", isWon);
  for (const other of root.querySelectorAll(":scope > .large-result")) other.remove();
  root.append(shown);
  const listening = new AbortController();
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, shown_ms);
    const end = ({ repeat }) => {
      if (repeat) return;
      clearTimeout(timer);
      resolve();
    };
    for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, end, { signal: listening.signal });
  });
  listening.abort();
  shown.remove();
}
