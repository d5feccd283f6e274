/**
 * Look inside the network: what is shown is loaded when it is opened first, and its state is in the address. This module lies
 * beside the pages' scripts, into which it is joined: the address of what it loads later is relative to the address of such a script.
 */

import { words } from "./server/sending_words.js";
import { cover, inAddress, storeInAddress, uncover } from "./state.js";
import { byId } from "./ui/dom.js";
import { LazyView } from "./ui/lazy_view.js";

const ARTICLE = "article";
const OF_ARTICLE = ["network", "why"]; // views of the article's network, also when another one has answered

export class Inside {
  /** What the panel shows as soon as it is open. */
  #shown = {};
  #mustScroll = false;
  close = () => (this.details.open = false);
  /** For which view and digit the server was asked to add what was lacking. */
  #asked = "";

  /** @param {() => void} onExplain is called when a view lacks what the server has to explain */
  constructor(details, onExplain) {
    Object.assign(this, { details, onExplain });
    /** @type {LazyView<import("./inside/panel.js").Panel>} */
    this.lazyView = new LazyView("inside", details, () => import("./inside/panel.js"), ({ Panel }) => new Panel(details));
    this.views = [...details.querySelectorAll("[name=inside-view]")];
    const asked = inAddress("inside");
    const view = this.views.find(({ value }) => value === asked);
    if (view) view.checked = true;
    details.open = asked !== null;
    details.addEventListener("toggle", () => this.#change());
    details.querySelector("summary").addEventListener("click", () => (this.#mustScroll = true));
    for (const each of this.views) each.addEventListener("change", () => this.#change());
    byId("inside-retry").addEventListener("click", () => this.#show());
  }

  get isOpen() {
    return this.details.open;
  }

  /** Whether what is shown is computed as quickly as a stroke is drawn. */
  get canFollow() {
    return this.isOpen && OF_ARTICLE.includes(this.#view);
  }

  /** What is shown of the answer, with the size of its picture; nothing for an empty pad. */
  get shown() {
    return this.#shown;
  }

  /** Opens the sums of the network that answered. @param {string} [neuron] that is shown, as of `toText` */
  open(neuron) {
    this.#mustScroll = true;
    const view = this.#shown.model === ARTICLE ? "network" : "layers";
    this.views.find(({ value }) => value === view).checked = true;
    if (neuron) storeInAddress({ neuron });
    if (this.isOpen) this.#change();
    else this.details.open = true;
  }

  /** What the server is to add to its answers: "stages", or null for nothing. */
  get explain() {
    return this.details.open && this.#view === "picture" ? "stages" : null;
  }

  /** @param {import("./server/api_client.js").DetectedDigit} digit of the answer whose insides are shown */
  showDigit({ model, stages, width, height }, digit) {
    this.#setShown({ ...digit, model, stages, size: { width, height } });
  }

  /** Asks for what the view lacks that is open, once for each digit. */
  completeDigit() {
    const { explain } = this;
    if (!explain || !this.#shown.image || this.#shown[explain]) return;
    const asked = explain + this.#shown.image;
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.onExplain();
  }

  clear() {
    this.#setShown({});
  }

  #setShown(shown) {
    this.#shown = shown;
    const [picture, answer, blank, loading] = ["picture", "answer", "blank", "loading"].map((name) => byId(`inside-${name}`));
    picture.hidden = !shown.image;
    blank.hidden = Boolean(shown.image); // and where a view has something to show, by its styles
    if (!this.lazyView.isRequested) loading.hidden = !shown.image;
    if (shown.image) picture.src = loading.querySelector("img").src = shown.image;
    answer.textContent = shown.digit ?? "";
    if (this.details.open) this.#show();
  }

  #change() {
    if (this.details.open) cover(this.close, { isByUser: this.#mustScroll });
    storeInAddress({ inside: this.details.open ? this.#view : null });
    if (!this.details.open) {
      uncover(this.close);
      return;
    }
    this.#show();
    this.#asked = "";
    this.completeDigit();
  }

  /** On a phone it opens below what fills the screen. */
  #bringIntoView() {
    this.#mustScroll = false;
    if (this.details.getBoundingClientRect().top > innerHeight / 2) this.details.scrollIntoView();
  }

  async #show() {
    const panel = await this.lazyView.load();
    if (panel) await panel.show(this.#view, this.#shown);
    else this.#showProblem();
    if (this.#mustScroll) this.#bringIntoView();
  }

  #showProblem() {
    byId("inside-loading").hidden = true;
    byId("inside-problem").hidden = false;
    byId("inside-problem").querySelector("p").textContent = words.noAnswer.title;
  }

  get #view() {
    return this.views.find(({ checked }) => checked).value;
  }
}
