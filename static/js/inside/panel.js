/** The views inside the network, of which one is shown; that of how the picture became 28 × 28 pixels is here. */

import { loadNetwork } from "../network/article.js";
import { words } from "../server/sending_words.js";
import { byId, element } from "../ui/dom.js";
import { fixed, outputText } from "../ui/format.js";
import { centreOfMass, drawPixels, fillPixelTable, paletteOf, readPixels, SIDE } from "../ui/pixels.js";
import { formatNumber, translate } from "../ui/translate.js";
import { twoLargest } from "./article_sums.js";
import { NetworkView } from "./article_view.js";
import { LayersView } from "./layers_view.js";
import { WhyView } from "./why_view.js";

/** @typedef {{model: string, digit: number, activations: number[]}} Answer what is shown of it beside the pad */

const NEED_NETWORK = ["network", "why"];

export class Panel {
  #latest = 0;
  /** The view of the article's network, once its parameters are loaded. @type {NetworkView?} */
  #network = null;
  /** @type {WhyView?} */
  #why = null;

  constructor(details) {
    this.details = details;
    details.addEventListener("click", showCard);
    this.layers = new LayersView(details.querySelector('[data-view="layers"]'));
    this.picture = new PictureView(details.querySelector('[data-view="picture"]'));
  }

  /**
   * @param {string} view "network", "why", "picture", "layers" or "compare"
   * @param {{image?: string, model?: string, digit?: number, stages?: Stage[], layers?: Layer[],
   *   output_layer?: OutputLayer, activations?: number[], networks?: Reading[]}} shown nothing for an empty pad
   */
  async show(view, { image, model, stages = [], networks = [], ...answer }) {
    const order = ++this.#latest;
    for (const section of this.details.querySelectorAll("[data-view]")) {
      section.hidden = section.dataset.view !== view;
    }
    const [pixels] = await Promise.all([image && readPixels(image), NEED_NETWORK.includes(view) && this.#load()]);
    if (order !== this.#latest) return;
    if (view === "layers") this.layers.show({ model, ...answer }, pixels);
    else if (view === "compare") showNetworks(byId("networks"), networks);
    else if (view === "picture") this.picture.show(stages, pixels);
    else if (view === "why") this.#why?.show(pixels, { model, ...answer });
    else this.#network?.show(pixels, { model, ...answer });
  }

  /** Loads the parameters of the article's network, once; says so where that fails. */
  async #load() {
    if (this.#network) return;
    const problem = byId("network-problem");
    try {
      const network = await loadNetwork(this.details.dataset.parameters);
      this.#network ??= new NetworkView(byId("network"), network);
      this.#why ??= new WhyView(byId("why"), network);
      problem.hidden = true;
    } catch {
      problem.hidden = false;
      problem.textContent = words.noNetwork;
    }
  }
}

/** On a phone the chosen neuron is a card over the lower half of the screen, until it is closed. */
function showCard({ target }) {
  const network = target.closest(".network");
  if (!network) return; // the layers have no card
  const chosen = target.closest(".neuron-button,.grid,.step");
  if (target.closest(".close-card")) network.classList.remove("has-card");
  if (!chosen) return;
  network.classList.add("has-card");
  if (getComputedStyle(network.querySelector(".neuron")).position === "sticky") chosen.scrollIntoView({ block: "nearest" });
}

/** @typedef {{model: string, activations: number[], milliseconds: number}} Reading of one network */

/**
 * Shows the networks side by side on the same digit.
 * @param {HTMLTableElement} table has a row for each network
 * @param {Reading[]} networks none while there is nothing to read
 */
function showNetworks(table, networks) {
  for (const row of table.tBodies[0].rows) {
    const reading = networks.find(({ model }) => model === row.dataset.model);
    const texts = reading ? describe(reading) : {};
    for (const cell of row.querySelectorAll("[data-part]")) cell.textContent = texts[cell.dataset.part] ?? "";
  }
}

function describe({ activations, milliseconds }) {
  const [first, second] = twoLargest(activations);
  return {
    digit: first,
    activation: outputText(activations[first]),
    next: `${second} (${outputText(activations[second])})`,
    time: `${formatNumber(milliseconds, 2)} ms`,
  };
}

const CELL_PX = 20;
const MIDDLE = SIDE / 2;
const CROSS = 1.2; // pixels of the 28, from its middle to its end
const SMALL_PX = 40; // pictures with fewer pixels a side are shown as squares

class PictureView {
  #pixels;

  constructor(root) {
    this.root = root;
    this.stages = root.querySelector("#stages");
    this.canvas = element("canvas", { width: SIDE * CELL_PX, height: SIDE * CELL_PX });
    this.canvas.setAttribute("role", "img");
    this.caption = element("p");
    this.numbers = root.querySelector("#numbers");
    this.details = this.numbers.closest("details");
    this.details.addEventListener("toggle", () => this.#showNumbers());
  }

  /**
   * @param {import("../server/api_client.js").Stage[]} stages in their order
   * @param {ArrayLike<number>?} pixels 784, 0..1; nothing for an empty pad
   */
  show(stages, pixels) {
    this.root.querySelector("#stages-part").hidden = !pixels;
    this.#pixels = pixels;
    if (!pixels) return;
    const last = element("li", { className: "last-stage row loose" }, this.canvas, this.caption);
    this.stages.replaceChildren(...stages.map(stageItem), last);
    this.#drawCentred();
    this.#showNumbers();
  }

  #drawCentred() {
    const { x, y } = centreOfMass(this.#pixels);
    this.caption.textContent = translate(
      "Placed in 28 × 28 pixels, its centre of mass (the cross, {left} from the left, {top} from the top) as near to the " +
        "middle as whole pixels allow: this is the input of each network.",
      { left: fixed(x, 1), top: fixed(y, 1) },
    );
    this.canvas.ariaLabel = translate("28 × 28 pixels, bright ink on black, with the centre of mass");
    drawPixels(this.canvas, this.#pixels);
    const context = this.canvas.getContext("2d");
    const line = (...places) => {
      const [fromX, fromY, toX, toY] = places.map((place) => place * CELL_PX);
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    };
    const stroke = (colour, width_px, draw) => {
      [context.strokeStyle, context.lineWidth] = [colour, width_px];
      context.beginPath();
      draw();
      context.stroke();
    };
    stroke("#8f96b8", 2, () => {
      line(MIDDLE, 0, MIDDLE, SIDE);
      line(0, MIDDLE, SIDE, MIDDLE);
    });
    stroke(paletteOf(this.root).mark, 8, () => {
      line(x - CROSS, y, x + CROSS, y);
      line(x, y - CROSS, x, y + CROSS);
    });
  }

  /** Fills the table of numbers, while it is open. */
  #showNumbers() {
    if (!this.details.open || !this.#pixels) return;
    fillPixelTable(this.numbers, Array.from(this.#pixels, (pixel) => Math.round(255 * pixel)));
  }
}

function stageItem({ caption, image }) {
  const picture = element("img", { alt: "", src: image }); // the caption below describes it
  picture.addEventListener("load", () => {
    const { naturalWidth, naturalHeight } = picture;
    picture.classList.toggle("is-small", Math.max(naturalWidth, naturalHeight) < SMALL_PX);
  });
  return element("li", {}, picture, element("p", {}, caption));
}
