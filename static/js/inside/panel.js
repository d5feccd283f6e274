/** Shows one of the views inside the network, and loads the weights it needs. The picture's and the comparison are here. */

import { articleLayers } from "../network/article.js";
import { countProducts, feedforward, loadTrained } from "../network/trained_network.js";
import { loadingText, NO_NETWORK } from "../network/loading_words.js";
import { byId, element } from "../ui/dom.js";
import { fixed, outputText } from "../ui/format.js";
import { centreOfMass, drawPixels, fillPixelTable, paletteOf, readPixels, SIDE } from "../ui/pixels.js";
import { formatNumber, translate } from "../ui/translate.js";
import { ARTICLE, NetworkView } from "./network_view.js";
import { twoLargest } from "./sums.js";
import { WhyView } from "./why_view.js";

/** @typedef {{model: string, digit: number, activations: number[]}} Answer what is shown of it beside the pad */

export class Panel {
  #latest = 0;
  /** The networks that are loaded. @type {Map<string, import("../network/trained_network.js").TrainedNetwork>} */
  #networks = new Map();
  /** Of the article's network, once that is loaded. @type {WhyView?} */
  #why = null;

  constructor(details) {
    this.details = details;
    this.addresses = JSON.parse(details.dataset.networks);
    this.loadingText = byId("inside-loading").querySelector("span").textContent;
    details.addEventListener("click", showCard);
    this.network = new NetworkView(byId("network"));
    this.picture = new StagesView(details.querySelector('[data-view="picture"]'));
  }

  /**
   * @param {string} view "network" (the article's), "layers" (of the network that answered), "why", "picture" or "compare"
   * @param {{image?: string, model?: string, digit?: number, activations?: number[],
   *   stages?: import("../server/api_client.js").Stage[]}} shown nothing for an empty pad
   */
  async show(view, { image, model, stages = [], ...answer }) {
    const order = ++this.#latest;
    for (const section of this.details.querySelectorAll("[data-view]")) {
      section.hidden = !section.dataset.view.split(" ").includes(view);
    }
    const needed = { network: [ARTICLE], why: [ARTICLE], picture: [], layers: [model], compare: Object.keys(this.addresses) };
    const [pixels, problem] = await Promise.all([image && readPixels(image), image && this.#showLoading(needed[view])]);
    if (order !== this.#latest) return;
    byId("inside-loading").hidden = true;
    byId("inside-problem").hidden = !problem;
    byId("inside-problem").querySelector("p").textContent = problem || "";
    this.#showView(view, problem ? null : pixels, stages, { model, ...answer });
  }

  /** Loads what a view needs, and says how much of it has arrived. @returns {Promise<string?>} why it cannot be loaded */
  async #showLoading(names) {
    const line = byId("inside-loading");
    const missing = names.filter((name) => !this.#networks.has(name));
    line.hidden = missing.length === 0;
    line.querySelector("span").textContent = this.loadingText;
    const parts = new Map();
    const show = (name, part) => {
      parts.set(name, part);
      const sum = [...parts.values()].reduce((total, each) => total + each, 0);
      line.querySelector("span").textContent = loadingText(sum / missing.length);
    };
    try {
      await Promise.all(missing.map((name) => this.#load(name, (part) => show(name, part))));
      return null;
    } catch {
      return NO_NETWORK;
    }
  }

  /** @param {(part: number) => void} [onProgress] as of `loadTrained` */
  async #load(name, onProgress) {
    const network = await loadTrained(this.addresses[name], onProgress);
    this.#networks.set(name, network);
    return network;
  }

  #showView(view, pixels, stages, answer) {
    if (view === "picture") this.picture.show(stages, pixels);
    if (view === "compare") showNetworks(byId("networks"), this.#networks, pixels);
    const name = view === "layers" ? answer.model : ARTICLE;
    const network = this.#networks.get(name);
    if (view === "network" || view === "layers") this.network.show(network, pixels, answer, name === ARTICLE);
    if (view !== "why" || !network) return;
    this.#why ??= new WhyView(byId("why"), articleLayers(network), (name, onProgress) => this.#load(name, onProgress));
    this.#why.show(pixels, answer);
  }
}

/** On a phone the chosen neuron is a card over the lower half of the screen, until it is closed. */
function showCard({ target }) {
  const network = target.closest(".network");
  if (!network) return;
  const chosen = target.closest(".neuron-button");
  if (target.closest(".close-card")) network.classList.remove("has-card");
  if (!chosen) return;
  network.classList.add("has-card");
  if (getComputedStyle(network.querySelector(".neuron")).position === "sticky") chosen.scrollIntoView({ block: "nearest" });
}

const MEASURED_MS = 20; // browsers round times: so many networks are computed that this does not matter

/**
 * Shows the networks side by side on the same digit.
 * @param {HTMLTableElement} table has a row for each network
 * @param {Map<string, import("../network/trained_network.js").TrainedNetwork>} networks
 * @param {Float32Array?} pixels 784, 0..1; nothing for an empty pad
 */
function showNetworks(table, networks, pixels) {
  for (const row of table.tBodies[0].rows) {
    const texts = pixels ? describe(networks.get(row.dataset.model), pixels) : {};
    for (const cell of row.querySelectorAll("[data-part]")) cell.textContent = texts[cell.dataset.part] ?? "";
  }
}

function describe(network, pixels) {
  const start_ms = performance.now();
  let [computed, times, passed_ms] = [null, 0, 0];
  while (passed_ms < MEASURED_MS) {
    computed = feedforward(network, pixels);
    times += 1;
    passed_ms = performance.now() - start_ms;
  }
  const { activations } = computed;
  const [first, second] = twoLargest(activations);
  return {
    digit: first,
    activation: outputText(activations[first]),
    next: `${second} (${outputText(activations[second])})`,
    products: formatNumber(countProducts(network, computed.hidden)),
    time: `${formatNumber(passed_ms / times, 2)} ms`,
  };
}

const CELL_PX = 20;
const MIDDLE = SIDE / 2;
const CROSS = 1.2; // pixels of the 28, from its middle to its end
const SMALL_PX = 40; // pictures with fewer pixels a side are shown as squares

class StagesView {
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
