/** The meaning of a word, over the page when its link is touched. Without this the link leads to the list of all words. */

import { byId } from "../ui/dom.js";

/** @param {HTMLElement} root with links such as #word-cost */
export function openMeanings(root) {
  const card = byId("meaning");
  if (!card.showPopover) return; // a browser of before 2024
  byId("glossary").open = location.hash.startsWith("#word-");
  root.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#word-"]');
    if (!link) return;
    event.preventDefault();
    const [word, meaning] = byId(link.hash.slice(1)).cloneNode(true).children;
    word.id = "meaning-word";
    card.querySelector("dl").replaceChildren(word, meaning);
    card.showPopover();
  });
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it would end the projector's view, too
    card.hidePopover();
  });
  addEventListener("hashchange", () => card.hidePopover()); // another step
}
