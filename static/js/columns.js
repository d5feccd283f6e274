/**
 * How a number was read, column by column: what shows it is loaded when it is opened first, and whether it is open is in the address.
 * It lies beside the pages' scripts, as inside.js does.
 */

import { words } from "./server/sending_words.js";
import { inAddress, storeInAddress } from "./state.js";
import { LazyView } from "./ui/lazy_view.js";

export class Columns {
  /** The answer that is shown, and the place of its chosen digit. @type {[import("./server/api_client.js").Answer, number]?} */
  #shown = null;
  /** The answer for which the server was asked to add the columns. */
  #asked = null;

  /** @param {HTMLDetailsElement} details @param {() => void} onExplain is called when an answer lacks the columns */
  constructor(details, onExplain) {
    Object.assign(this, { details, onExplain });
    /** @type {LazyView<import("./columns/columns_view.js").ColumnsView>} */
    this.lazyView = new LazyView("columns", details, () => import("./columns/columns_view.js"), ({ ColumnsView }) => new ColumnsView(details));
    details.open = inAddress("columns");
    details.addEventListener("toggle", () => {
      storeInAddress({ columns: details.open });
      this.#show();
    });
  }

  /** What the server is to add to its answers, or null. */
  get explain() {
    return this.details.open ? "strips" : null;
  }

  /** @param {import("./server/api_client.js").Answer} answer @param {number} place of the digit that is chosen */
  show(answer, place) {
    this.#shown = [answer, place];
    this.#show();
  }

  clear() {
    this.#shown = null;
    this.#show();
  }

  async #show() {
    if (!this.details.open) return;
    const view = await this.lazyView.load();
    // It is tried again when they are next shown.
    if (!view) this.details.querySelector("[role=status]").textContent = words.noAnswer.title;
    const [answer, place] = this.#shown ?? [];
    if (answer && !answer.strips) {
      if (this.#asked !== answer.text) this.onExplain();
      this.#asked = answer.text;
      return;
    }
    this.#asked = null;
    view?.show(answer, place);
  }
}
