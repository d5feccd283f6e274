/** The article's network whole: what it computes from the pixels, and what changes when a neuron is changed. */

import { neuronFromText, neuronToText } from "./neuron_text.js";
import { readAddress, writeAddress } from "../state.js";
import { strongestHidden, twoLargest } from "./sums.js";
import { Diagram } from "./diagram.js";
import { element, table } from "../ui/dom.js";
import { activationText, signed } from "../ui/format.js";
import { HIDDEN, inspect } from "../network/article.js";
import { NeuronView } from "./neuron_view.js";
import { showOtherNetwork } from "./other_network.js";
import { onPaletteChange, paletteOf } from "../ui/pixels.js";
import { words } from "./words.js";

const ADDRESS = "neuron";

/** @typedef {{layer: "hidden" | "output", neuron: number}} Chosen */

export class NetworkView {
  /** @type {ArrayLike<number>} */
  #pixels;
  #answer;
  /** @type {Chosen?} null until someone chooses one, or the address does */
  #chosen = neuronFromText(readAddress(ADDRESS), HIDDEN);
  #changes = noChanges();
  #computed;
  /** The chosen neuron, or the one that is shown until then. @type {Chosen} */
  #shown;

  /** @param {HTMLElement} root @param {import("../network/article.js").Layers} network */
  constructor(root, network) {
    this.root = root;
    this.network = network;
    this.sentence = root.querySelector("#network-sentence");
    this.diagram = new Diagram(root.querySelector("#diagram"), network, (chosen) => this.#choose(chosen));
    this.neuron = new NeuronView(root.querySelector("#neuron"), root.querySelector("#connections"), network, {
      onSilence: (chosen) => this.#silence(chosen),
      onBias: ({ layer, neuron }, bias) => this.#change(() => this.#changes[layer].biases.set(neuron, bias)),
      onReset: () => this.#change(() => (this.#changes = noChanges())),
    });
    this.rows = root.querySelector("#network-rows");
    this.details = this.rows.closest("details");
    this.details.addEventListener("toggle", () => this.#showTable());
    onPaletteChange(() => this.#pixels && this.#update());
    new ResizeObserver(() => this.#pixels && this.diagram.draw(paletteOf(root))).observe(this.diagram.root);
  }

  /** @param {ArrayLike<number>?} pixels 784, or nothing @param {import("./panel.js").Answer} answer beside the pad */
  show(pixels, answer) {
    this.root.hidden = !pixels;
    this.#pixels = pixels;
    this.#answer = answer;
    if (pixels) this.#update();
  }

  #choose(chosen) {
    this.#chosen = chosen;
    writeAddress(ADDRESS, neuronToText(chosen));
    this.#update();
  }

  #silence({ layer, neuron }) {
    const { silenced } = this.#changes[layer];
    this.#change(() => silenced.delete(neuron) || silenced.add(neuron));
  }

  #change(change) {
    this.#chosen ??= this.#shown;
    change();
    this.#update();
  }

  #update() {
    const learnt = inspect(this.network, this.#pixels);
    const computed = inspect(this.network, this.#pixels, this.#changes);
    this.#shown = this.#chosen ?? strongestHidden(this.network.output, learnt);
    const state = {
      pixels: this.#pixels,
      computed,
      learnt,
      chosen: this.#shown,
      changes: this.#changes,
      isChanged: hasAny(this.#changes),
      palette: paletteOf(this.root),
    };
    this.sentence.textContent = sentence(state);
    showOtherNetwork(this.root, this.#answer, twoLargest(learnt.output.activations)[0]);
    this.diagram.show(state);
    this.neuron.show(state);
    this.#computed = computed;
    this.#showTable();
  }

  /** Fills the table of all neurons, while it is open. */
  #showTable() {
    if (this.details.open && this.#computed) this.rows.replaceChildren(this.#table(this.#computed));
  }

  #table({ hidden, output }) {
    const rows = (layer, { z, activations }) =>
      z.map((sum, neuron) => {
        const bias = this.#changes[layer].biases.get(neuron) ?? this.network[layer].biases[neuron];
        const numbers = [signed(sum - bias), signed(bias), signed(sum), activationText(activations[neuron])];
        return [words.neuronName[layer](neuron), ...numbers];
      });
    const all = [...rows("hidden", hidden), ...rows("output", output)];
    return element("div", { className: "scrollable", tabIndex: 0 }, table(words.tableHeadings, all));
  }
}

/** What the outputs say, and with changes what they said before. */
function sentence({ computed, learnt, isChanged }) {
  const [now, before] = [computed, learnt].map(({ output }) => output.activations);
  if (!isChanged) return words.computes(twoLargest(now), now);
  return words.changed(twoLargest(now)[0], twoLargest(before)[0], now, before);
}

const noChanges = () => {
  const ofLayer = () => ({ silenced: new Set(), biases: new Map() });
  return { hidden: ofLayer(), output: ofLayer() };
};

const hasAny = ({ hidden, output }) =>
  [hidden, output].some(({ silenced, biases }) => silenced.size + biases.size > 0);
