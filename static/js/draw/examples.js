/** The shelf of examples: one is shown like a chosen picture, and its name is in the address. */

import { Problem } from "../server/api_client.js";
import { words } from "../server/sending_words.js";
import { inAddress, storeInAddress } from "../state.js";
import { fetchPicture } from "../ui/files.js";

export class Examples {
  /** The one chosen last, if no other picture has been chosen since. @type {HTMLAnchorElement?} */
  #chosen = null;
  /** What the picture shows of it, once it is loaded. @type {File?} */
  #file = null;

  /**
   * @param {HTMLDetailsElement} shelf holds the links to the files of the examples that are not in sight
   * @param {import("./picture_input.js").Picture} picture shows the chosen one
   * @param {HTMLElement[]} answer what is to be in sight with the picture, as far as there is room, the most important last
   * @param {(problem: Problem) => void} onProblem
   */
  constructor(shelf, picture, answer, onProblem) {
    this.links = [...document.querySelectorAll("[data-example]")];
    this.picture = picture;
    this.answer = answer;
    this.onProblem = onProblem;
    for (const link of this.links) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        this.#choose(link, { isToBeSeen: true });
      });
    }
    picture.addEventListener("change", () => this.#follow());
    const asked = inAddress("example");
    const link = this.links.find(({ dataset }) => dataset.example === asked);
    if (!link) return storeInAddress({ example: null });
    shelf.open = shelf.contains(link);
    const list = link.closest("ul");
    list.scrollLeft = link.getBoundingClientRect().left - list.getBoundingClientRect().left;
    this.#choose(link);
  }

  /** Whether an example was chosen last, which may still be loading. */
  get isChosen() {
    return this.#chosen !== null;
  }

  /** Whether one is to take the place of what is on the pad. */
  get isLoading() {
    return this.#chosen !== null && this.#file === null;
  }

  /** The label of the example on the pad: a digit, "none" for no digit; undefined for several digits, or without an example. */
  get label() {
    return this.#isShown ? this.#chosen.dataset.label : undefined;
  }

  get #isShown() {
    return this.#file !== null && this.picture.file === this.#file;
  }

  next() {
    const labelled = this.links.filter(({ dataset }) => dataset.label !== undefined);
    this.#choose(labelled[(labelled.indexOf(this.#chosen) + 1) % labelled.length], { isToBeSeen: true });
  }

  /** @param {HTMLAnchorElement} link @param {{isToBeSeen: boolean}} options a page that opens begins at its top */
  async #choose(link, { isToBeSeen } = { isToBeSeen: false }) {
    [this.#chosen, this.#file] = [link, null];
    try {
      const file = await fetchPicture(link.href, link.dataset.example);
      if (this.#chosen !== link) return; // another picture has been chosen meanwhile
      this.#file = file;
      this.picture.show(file);
      if (!isToBeSeen) return;
      // The shelf is below them. Each call may undo a part of those before it.
      for (const part of [...this.answer, this.picture.figure]) part.scrollIntoView({ block: "nearest" });
    } catch {
      if (this.#chosen !== link) return;
      this.#chosen = null;
      this.onProblem(new Problem(words.noExample, false));
    }
  }

  /** Marks the example that is shown, in the shelf and in the address. */
  #follow() {
    if (!this.#isShown) this.#chosen = this.#file = null;
    for (const link of this.links) link.ariaCurrent = link === this.#chosen ? "true" : null;
    storeInAddress({ example: this.#chosen?.dataset.example ?? null });
  }
}
