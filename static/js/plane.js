/**
 * Two inputs, the step before 784: points in a plane, a line for each hidden neuron. It is loaded when it is opened first, and its
 * state is in the address. It lies beside the pages' scripts, as `inside.js`.
 */

import { inAddress, openDialog, storeInAddress } from "./state.js";
import { LazyView } from "./ui/lazy_view.js";

export class Plane {
  /**
   * @param {HTMLDialogElement} dialog @param {HTMLButtonElement} button opens it
   * @param {{onOpen: () => void, onClose: () => void, onFail: () => void}} listener onFail: it cannot be loaded
   */
  constructor(dialog, button, listener) {
    Object.assign(this, { dialog, listener });
    /** @type {LazyView<import("./plane/plane_view.js").PlaneView>} */
    this.lazyView = new LazyView("plane", dialog, () => import("./plane/plane_view.js"), ({ PlaneView }) => new PlaneView(dialog, storeInAddress));
    button.addEventListener("click", () => this.#open(true));
    if (inAddress("plane") !== null) this.#open(false);
  }

  async #open(isByUser) {
    const view = await this.lazyView.load();
    if (!view) return this.listener.onFail();
    if (this.dialog.open) return;
    this.listener.onOpen();
    openDialog(this.dialog, { isByUser }, () => {
      view.close();
      storeInAddress({ plane: null, lines: null, line: null, weights: null });
      this.listener.onClose();
    });
    view.open({ plane: inAddress("plane"), lines: inAddress("lines"), line: inAddress("line"), weights: inAddress("weights") });
  }
}
