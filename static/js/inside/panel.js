/** The views inside the network, of which one is shown. */

import { showNetworks } from "./compare.js";
import { LayersView } from "./layers_view.js";
import { parseNetwork } from "../network/article.js";
import { NetworkView } from "./network_view.js";
import { PictureView } from "./picture_view.js";
import { readPixels } from "./pictures.js";
import { WhyView } from "./why_view.js";
import { words } from "./words.js";

const NEED_NETWORK = ["network", "why"];

export class Panel {
  #latest = 0;
  /** The view of the article's network, once its parameters are loaded. @type {NetworkView?} */
  #network = null;
  /** @type {WhyView?} */
  #why = null;

  /** @param {HTMLDetailsElement} details */
  constructor(details) {
    this.details = details;
    this.byId = (id) => details.querySelector(`#${id}`);
    this.layers = new LayersView(details.querySelector('[data-view="layers"]'));
    this.picture = new PictureView(details.querySelector('[data-view="picture"]'));
  }

  /**
   * @param {string} view "network", "why", "picture", "layers" or "compare"
   * @param {{image?: string, model?: string, stages?: Stage[], layers?: Layer[],
   *   output_layer?: OutputLayer, activations?: number[], networks?: import("./compare.js").Reading[]}} shown nothing for an empty pad
   */
  async show(view, { image, model, stages = [], networks = [], ...answer }) {
    const order = ++this.#latest;
    for (const section of this.details.querySelectorAll("[data-view]")) {
      section.hidden = section.dataset.view !== view;
    }
    this.byId("inside-blank").hidden = image !== undefined || view === "compare"; // whose table shows figures without one
    const [pixels] = await Promise.all([image && readPixels(image), NEED_NETWORK.includes(view) && this.#load()]);
    if (order !== this.#latest) return;
    if (view === "layers") this.layers.show({ model, ...answer }, pixels);
    else if (view === "compare") showNetworks(this.byId("networks"), networks);
    else if (view === "picture") this.picture.show(stages, pixels);
    else if (view === "why") this.#why?.show(pixels, model);
    else this.#network?.show(pixels, model);
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
      this.#why ??= new WhyView(this.byId("why"), network);
      problem.hidden = true;
    } catch {
      problem.hidden = false;
      problem.textContent = words.cannotLoad;
    }
  }
}
