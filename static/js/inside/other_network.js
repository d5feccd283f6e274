/** Says, in the views of the article's network, what another network answers; a button lets this one answer. */

import { words } from "./words.js";

const ARTICLE = "article";

/**
 * @param {HTMLElement} root of a view
 * @param {import("./panel.js").Answer} answer that stands beside the pad
 * @param {number} digit that the article's network gives
 */
export function showOtherNetwork(root, answer, digit) {
  const part = root.querySelector('[data-part="other-network"]');
  part.hidden = answer.model === ARTICLE;
  part.querySelector("span").textContent = words.largerNetwork(answer.digit, answer.digit === digit);
  part.querySelector("button").onclick = chooseArticle;
}

/** Chooses the article's network, as a visitor would. */
function chooseArticle() {
  const choice = document.getElementById("model");
  choice.value = ARTICLE;
  choice.dispatchEvent(new Event("change"));
}
