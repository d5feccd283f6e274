/** The views inside the network, of which one is shown. */

import { showLayers, showStages } from "./layers.js";
import { parseNetwork } from "./network.js";
import { NetworkView } from "./network_view.js";
import { readPixels } from "./pictures.js";
import { words } from "./words.js";

export class Panel {
  #latest = 0;
  /** The view of the article's network, once its parameters are loaded. @type {NetworkView?} */
  #network = null;

  /** @param {HTMLDetailsElement} details */
  constructor(details) {
    this.details = details;
    this.byId = (id) => details.querySelector(`#${id}`);
  }

  /**
   * @param {string} view "network" or "layers"
   * @param {{image?: string, model?: string, stages?: Stage[], layers?: Layer[]}} shown nothing for an empty pad
   */
  async show(view, { image, model, stages = [], layers = [] }) {
    const order = ++this.#latest;
    for (const section of this.details.querySelectorAll("[data-view]")) {
      section.hidden = section.dataset.view !== view;
    }
    showStages(this.byId("stages"), stages);
    this.byId("stages-part").hidden = stages.length === 0;
    showLayers(this.byId("layers"), layers);
    this.byId("inside-blank").hidden = image !== undefined;
    if (view !== "network") return;
    const [pixels] = await Promise.all([image && readPixels(image), this.#load()]);
    if (order === this.#latest) this.#network?.show(pixels, model);
  }

  /** Loads the parameters of the article's network, once; says so where that fails. */
  async #load() {
    if (this.#network) return;
    const problem = this.byId("network-problem");
    try {
      const response = await fetch(this.details.dataset.parameters);
      if (!response.ok) throw new Error(response.statusText);
      const network = parseNetwork(await response.arrayBuffer());
      this.#network ??= new NetworkView(this.byId("network"), network);
      problem.textContent = words.none;
    } catch {
      problem.textContent = words.cannotLoad;
    }
  }
}
