/** The neurons of a network: those of the article whole, with their lines; those of a larger network one by one, by their numbers. */

import { articleLayers, inspect } from "../network/article.js";
import { inAddress, storeInAddress } from "../state.js";
import { byId, element, partsOf, scrollingTable } from "../ui/dom.js";
import { activationText, signed } from "../ui/format.js";
import { onPaletteChange, paletteOf } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { Diagram } from "./diagram.js";
import { answerSentence, asChosen, fromText, layerName, neuronName, toText } from "./neuron_names.js";
import { NeuronView } from "./neuron_view.js";
import { isOutput, layersOf, neuronAt, strongestHidden, twoLargest } from "./sums.js";

/** The name of the article's network. */
export const ARTICLE = "article";

/** @typedef {import("./sums.js").Layer} Layer @typedef {import("./sums.js").Neuron} Neuron */

export class NetworkView {
  /** @type {Layer[]} none while there is nothing to read */
  #layers = [];
  /** As in the address, empty until someone chooses a neuron: another network may have another of that name, or none. */
  #chosen = "";
  /** The pixels, the answer beside the pad, and whether the network is the article's. */
  #shown = {};
  /** What is shown of the article's network beside the neuron, once it is. @type {Whole?} */
  #whole = null;

  constructor(root) {
    this.root = root;
    const choose = (neuron) => {
      this.#choose(neuron);
      byId("neuron-state").textContent = this.neuron.sentence;
    };
    this.neuron = new NeuronView(root, choose);
    this.choice = new NeuronChoice(root, choose);
    partsOf(root)("all").addEventListener("click", () => byId("decided").click());
    onPaletteChange(() => this.#layers.length > 0 && this.#render());
  }

  /**
   * @param {import("../network/trained_network.js").TrainedNetwork} network @param {ArrayLike<number>?} pixels 784, 0..1, or nothing
   * @param {import("./panel.js").Answer} answer beside the pad @param {boolean} isArticle whether it is the network of the article
   */
  show(network, pixels, answer, isArticle) {
    this.root.hidden = !pixels;
    this.#shown = { pixels, answer, isArticle };
    this.#layers = pixels ? layersOf(network, pixels) : [];
    this.#chosen = inAddress("neuron") ?? this.#chosen;
    for (const part of this.root.querySelectorAll("[data-of]")) part.hidden = (part.dataset.of === "article") !== isArticle;
    this.root.classList.toggle("has-diagram", isArticle);
    if (!pixels) return;
    if (isArticle) this.#whole ??= new Whole(this.root, articleLayers(network), (neuron) => this.#choose(neuron), () => this.#keep());
    this.#render();
  }

  /** @param {Neuron} neuron */
  #choose(neuron) {
    this.#chosen = toText(this.#layers, neuron);
    storeInAddress({ neuron: this.#chosen });
    this.#render();
  }

  /** Goes on showing the same neuron, which somebody has changed. */
  #keep() {
    this.#chosen = toText(this.#layers, this.neuron.shown);
    this.#render();
  }

  /** Shows the chosen neuron, if this network has it, or else one that is active. */
  #render() {
    const { pixels, answer, isArticle } = this.#shown;
    const chosen = fromText(this.#layers, this.#chosen);
    if (isArticle) {
      const shown = chosen ?? this.#whole.usual(pixels);
      const layers = this.#whole.show(this.#layers, pixels, shown);
      this.neuron.show(layers, shown, { isSilenced: this.#whole.isSilenced });
      showOtherNetwork(this.root, answer, twoLargest(this.#layers.at(-1).outputs)[0]);
      return;
    }
    const [, { outputs }] = this.#layers;
    const shown = chosen ?? neuronAt(this.#layers, 1, outputs.indexOf(Math.max(...outputs)));
    this.choice.show(this.#layers, shown);
    this.neuron.show(this.#layers, shown);
  }
}

/** The article's network whole: its neurons with their lines, a table of them, and what changes when one is changed. */
class Whole {
  #changes = noChanges();
  /** All that is shown. */
  #state;

  /**
   * @param {import("../network/article.js").Layers} network
   * @param {(neuron: Neuron) => void} onChoose @param {() => void} onChange is called when the neuron that is shown is changed
   */
  constructor(root, network, onChoose, onChange) {
    Object.assign(this, { root, network, onChange, part: partsOf(root) });
    this.diagram = new Diagram(byId("diagram"), network, ({ layer, neuron }) => {
      onChoose({ layer: layer === "hidden" ? 1 : 2, map: neuron, row: 0, column: 0 });
    });
    this.rows = byId("network-rows");
    this.rows.closest("details").addEventListener("toggle", () => this.#showTable());
    new ResizeObserver(() => this.#state && this.diagram.draw(paletteOf(root))).observe(this.diagram.root);
    this.part("bias").addEventListener("input", ({ target }) => {
      this.#change(({ layer, neuron }) => this.#changes[layer].biases.set(neuron, Number(target.value)));
    });
    this.part("silence").addEventListener("click", () => {
      this.#change(({ layer, neuron }) => {
        const { silenced } = this.#changes[layer];
        return silenced.delete(neuron) || silenced.add(neuron);
      });
    });
    this.part("reset").addEventListener("click", () => this.#change(() => (this.#changes = noChanges())));
  }

  /** @param {(shown: import("./neuron_names.js").Chosen) => void} change of the neuron that is shown */
  #change(change) {
    change(this.#state.chosen);
    this.onChange();
  }

  /** Whether the neuron that is shown is. */
  get isSilenced() {
    const { layer, neuron } = this.#state.chosen;
    return this.#changes[layer].silenced.has(neuron);
  }

  /** @returns {Neuron} the hidden neuron that adds most to the largest output */
  usual = (pixels) => ({ layer: 1, map: strongestHidden(this.network.output, inspect(this.network, pixels)).neuron, row: 0, column: 0 });

  /** @param {Layer[]} layers as they were learnt @param {Neuron} neuron @returns {Layer[]} with the changes */
  show(layers, pixels, neuron) {
    const changes = this.#changes;
    const chosen = asChosen(layers, neuron);
    const [learnt, computed] = [inspect(this.network, pixels), inspect(this.network, pixels, changes)];
    this.#state = { pixels, computed, learnt, chosen, changes, isChanged: hasAny(changes), palette: paletteOf(this.root) };
    byId("network-sentence").textContent = sentence(this.#state);
    this.diagram.show(this.#state);
    this.#showTable();
    const bias = this.#biasOf(chosen);
    this.part("silence").ariaPressed = String(this.isSilenced);
    this.part("reset").disabled = !this.#state.isChanged;
    this.part("bias").value = bias;
    this.part("bias-value").textContent = signed(bias);
    const changed = (name, layer) => {
      const biases = layer.biases.map((_, place) => this.#biasOf({ layer: name, neuron: place }));
      return { ...layer, biases, outputs: computed[name].activations };
    };
    return [layers[0], changed("hidden", layers[1]), changed("output", layers[2])];
  }

  /** Fills the table of all neurons, while it is open. */
  #showTable() {
    if (!this.rows.closest("details").open || !this.#state) return;
    const { computed } = this.#state;
    const rows = ["hidden", "output"].flatMap((layer) =>
      computed[layer].z.map((sum, neuron) => {
        const bias = this.#biasOf({ layer, neuron });
        const activation = activationText(computed[layer].activations[neuron]);
        return [neuronName({ layer, neuron }), signed(sum - bias), signed(bias), signed(sum), activation];
      }),
    );
    const headings = [translate("Neuron"), "Σ w·x", "b", "z", translate("activation")];
    this.rows.replaceChildren(scrollingTable(headings, rows));
  }

  #biasOf({ layer, neuron }) {
    return this.#changes[layer].biases.get(neuron) ?? this.network[layer].biases[neuron];
  }
}

/** Chooses a neuron by numbers, without touching it: its layer, its map, row and column. */
class NeuronChoice {
  #layers = [];

  /** @param {HTMLElement} root @param {(neuron: Neuron) => void} onChoose */
  constructor(root, onChoose) {
    const part = (name) => root.querySelector(`[data-part="choose-${name}"]`);
    this.select = part("layer");
    this.inputs = { map: part("map"), row: part("row"), column: part("column") };
    this.select.addEventListener("change", () => onChoose(this.#firstOf(Number(this.select.value))));
    for (const input of Object.values(this.inputs)) input.addEventListener("change", () => onChoose(this.#chosen()));
  }

  /** @param {Layer[]} layers @param {Neuron} shown */
  show(layers, shown) {
    this.#layers = layers;
    const names = layers.slice(1).map((_, index) => layerName(layers, index + 1));
    if (names.join() !== [...this.select.options].map(({ text }) => text).join()) {
      this.select.replaceChildren(...names.map((name, index) => element("option", { value: index + 1 }, name)));
    }
    this.select.value = shown.layer;
    const { shape, isConvolution } = layers[shown.layer];
    const isDigit = isOutput(layers[shown.layer]);
    const name = isConvolution ? translate("Feature map") : translate("Neuron");
    const { map, row, column } = this.inputs;
    for (const [input, first, value, count] of [
      [map, isDigit ? 0 : 1, shown.map, shape.maps], // digits are counted from 0
      [row, 1, shown.row, shape.rows],
      [column, 1, shown.column, shape.columns],
    ]) {
      Object.assign(input, { min: first, max: first + count - 1, value: first + value });
    }
    row.closest("label").hidden = column.closest("label").hidden = !isConvolution;
    map.previousElementSibling.textContent = isDigit ? translate("Digit") : name;
  }

  #chosen() {
    const value = ({ value, min, max }) => Math.min(Math.max(Math.round(value) || 0, min), max) - min;
    const { map, row, column } = this.inputs;
    return { layer: Number(this.select.value), map: value(map), row: value(row), column: value(column) };
  }

  /** @returns {Neuron} of another layer, the one in its middle */
  #firstOf(layer) {
    const { rows, columns } = this.#layers[layer].shape;
    return { layer, map: 0, row: rows >> 1, column: columns >> 1 };
  }
}

/** What the outputs say, and with changes what they said before. */
function sentence({ computed, learnt, isChanged }) {
  if (!isChanged) return answerSentence(computed.output.activations);
  const [[now, activation], [before, activationBefore]] = [computed, learnt].map(({ output: { activations } }) => {
    const [digit] = twoLargest(activations);
    return [digit, activationText(activations[digit])];
  });
  return translate(
    "With your changes: {now}, activation {activation}. Before: {before}, activation {activationBefore}.",
    { now, activation, before, activationBefore },
  );
}

const noChanges = () => {
  const ofLayer = () => ({ silenced: new Set(), biases: new Map() });
  return { hidden: ofLayer(), output: ofLayer() };
};

const hasAny = ({ hidden, output }) =>
  [hidden, output].some(({ silenced, biases }) => silenced.size + biases.size > 0);

/**
 * @param {HTMLElement} root of a view
 * @param {import("./panel.js").Answer} answer that stands beside the pad
 * @param {number} digit that the article's network gives
 */
export function showOtherNetwork(root, answer, digit) {
  const part = root.querySelector('[data-part="other-network"]');
  part.hidden = answer.model === ARTICLE;
  const agrees = answer.digit === digit;
  part.querySelector("span").textContent = agrees
    ? translate("This is the article’s network. The larger one that answered agrees: {digit}.", { digit })
    : translate("This is the article’s network. The larger one that answered reads {digit}.", { digit: answer.digit });
  part.querySelector("button").onclick = chooseArticle;
}

/** Chooses the article's network, as a visitor would. */
function chooseArticle() {
  const choice = document.getElementById("model");
  choice.value = ARTICLE;
  choice.dispatchEvent(new Event("change"));
}
