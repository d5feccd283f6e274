/**
 * The game "Fool it": a set of eight tasks, which the address names, over the page. Its pad is its own, so that the drawing under
 * it stays, and nothing of what is meant to be misread joins the last readings. It lies beside the pages' scripts, as `inside.js`.
 */

import { Problem } from "./server/api_client.js";
import { words } from "./server/sending_words.js";
import { inAddress, openDialog, storeInAddress } from "./state.js";
import { LazyView } from "./ui/lazy_view.js";
import { translate } from "./ui/translate.js";

export class FoolIt {
  /**
   * @param {HTMLDialogElement} dialog @param {HTMLButtonElement} button opens it
   * @param {{chosen: () => {model: string, risk: string}, addresses: object}} network what reads, and what `Live` loads of it
   * @param {(problem: Problem) => void} onProblem
   */
  constructor(dialog, button, network, onProblem) {
    Object.assign(this, { dialog, onProblem });
    /** @type {LazyView<import("./fool_it/play.js").Play>} */
    this.lazyView = new LazyView("fool_it", dialog, () => import("./fool_it/play.js"), ({ Play }) => new Play(dialog, network, storeInAddress));
    button.addEventListener("click", () => this.#open(true));
    if (inAddress("fool") !== null) this.#open(false);
  }

  async #open(isByUser) {
    const play = await this.lazyView.load();
    if (!play) return this.onProblem(new Problem({ ...words.noExample, title: translate("The game cannot be loaded.") }, false));
    if (this.dialog.open) return;
    openDialog(this.dialog, { isByUser }, () => {
      play.end();
      storeInAddress({ fool: null, players: null });
    });
    play.open(inAddress("fool"), inAddress("players"));
  }
}
