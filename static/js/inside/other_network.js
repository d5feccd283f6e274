/** Says, in the views of the article's network, that the answer comes from another; a button lets this one answer. */

const ARTICLE = "article";

/** @param {HTMLElement} root of a view @param {string} model that gave the answer */
export function showOtherNetwork(root, model) {
  const part = root.querySelector('[data-part="other-network"]');
  part.hidden = model === ARTICLE;
  part.querySelector("button").onclick = chooseArticle;
}

/** Chooses the article's network at the top of the page, as a visitor would. */
function chooseArticle() {
  const choice = document.getElementById("model");
  choice.value = ARTICLE;
  choice.dispatchEvent(new Event("change"));
}
