/** The drawing of the network: the pixels, a button for each neuron, and lines as thick as weight times activation. */

import { incomingWeights } from "../network/article.js";
import { barWithNumber, showActivation } from "../ui/chart.js";
import { element } from "../ui/dom.js";
import { activationText } from "../ui/format.js";
import { drawPixels, drawSigned, largestMagnitude, SIDE, usualLimit } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { neuronName } from "./neuron_names.js";

const THICKEST_PX = 3;
const THINNEST_PX = 0.3;
const FAINT = 0.12; // opacity of lines that do not lead to or from the chosen neuron
const STRONG = 0.85;
const DASHES_PX = [6, 3];

export class Diagram {
  #state;
  /** The colours in which the weights are drawn. */
  #drawnIn;

  /**
   * @param {import("../network/article.js").Layers} network
   * @param {(chosen: import("./neuron_names.js").Chosen) => void} onChoose
   */
  constructor(root, network, onChoose) {
    this.root = root;
    this.network = network;
    this.canvas = root.querySelector("#lines");
    this.input = root.querySelector("#diagram-input");
    this.limit = usualLimit(network.hidden.weights);
    const buttons = (layer, id) => {
      const made = Array.from(network[layer].biases, (_, neuron) => neuronButton(layer, neuron));
      root.querySelector(id).replaceChildren(...made.map((button) => element("li", {}, button)));
      made.forEach((button, neuron) => {
        for (const event of ["click", "focus"]) button.addEventListener(event, () => onChoose({ layer, neuron }));
      });
      return made;
    };
    this.buttons = { hidden: buttons("hidden", "#hidden-neurons"), output: buttons("output", "#output-neurons") };
  }

  /** @param {object} state see Whole */
  show(state) {
    this.#state = state;
    drawPixels(this.input, state.pixels);
    const ink = Array.from(state.pixels).filter((pixel) => pixel > 0).length;
    this.input.ariaLabel = translate("The input: 28 × 28 pixels, {ink} of them with ink", { ink });
    for (const layer of ["hidden", "output"]) {
      this.buttons[layer].forEach((button, neuron) => this.#showNeuron(button, layer, neuron));
    }
    this.draw(state.palette);
  }

  #showNeuron(button, layer, neuron) {
    const { computed, learnt, chosen, changes, isChanged } = this.#state;
    const activation = computed[layer].activations[neuron];
    const isSilenced = changes[layer].silenced.has(neuron);
    const values = { name: neuronName({ layer, neuron }), activation: activationText(activation) };
    button.ariaLabel = isSilenced
      ? translate("{name}: activation {activation}, silenced", values)
      : translate("{name}: activation {activation}", values);
    button.ariaPressed = String(chosen.layer === layer && chosen.neuron === neuron);
    button.classList.toggle("is-silenced", isSilenced);
    showActivation(button, activation, isChanged ? learnt[layer].activations[neuron] : undefined);
  }

  /** Draws the weights and the lines, which depend on the size of the page and on its colours. */
  draw(palette) {
    this.#drawWeights(palette);
    const { width, height } = this.root.getBoundingClientRect();
    const scale = Math.max(devicePixelRatio, 1);
    [this.canvas.width, this.canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    const context = this.canvas.getContext("2d");
    context.scale(scale, scale);
    const [corner, cell_px] = [this.#place(this.input, 0, 0), this.input.getBoundingClientRect().width / SIDE];
    const pixels = Array.from(this.#state.pixels, (_, place) => [
      corner[0] + ((place % SIDE) + 0.5) * cell_px,
      corner[1] + (Math.floor(place / SIDE) + 0.5) * cell_px,
    ]);
    const beside = (layer, across) => this.buttons[layer].map((button) => this.#place(button, across, 0.5));
    const { computed, chosen } = this.#state;
    const isHidden = chosen.layer === "hidden";
    const draw = (layer, inputs, starts, thickest_px, isStrong) => {
      const ends = beside(layer, 0);
      const products = Array.from(this.network[layer].weights, (weight, place) => weight * inputs[Math.floor(place / ends.length)]);
      for (const { place, width_px, sign } of lines(products, thickest_px, THINNEST_PX)) {
        const [from, to] = [Math.floor(place / ends.length), place % ends.length];
        drawLine(context, starts[from], ends[to], width_px, sign, palette, isStrong(from, to));
      }
    };
    draw("hidden", this.#state.pixels, pixels, THICKEST_PX, (_, to) => isHidden && chosen.neuron === to);
    const isOfChosen = (from, to) => chosen.neuron === (isHidden ? from : to);
    draw("output", computed.hidden.activations, beside("hidden", 1), 2 * THICKEST_PX, isOfChosen);
  }

  /** Draws the weights of each hidden neuron, again only in other colours. */
  #drawWeights(palette) {
    const colours = JSON.stringify(palette);
    if (colours === this.#drawnIn) return;
    this.#drawnIn = colours;
    this.buttons.hidden.forEach((button, neuron) => {
      const weights = incomingWeights(this.network.hidden, neuron);
      drawSigned(button.querySelector("canvas"), weights, this.limit, palette);
    });
  }

  /** @returns {[number, number]} a place on an element, in CSS pixels from the corner of the diagram */
  #place(target, across, down) {
    const [outer, inner] = [this.root, target].map((each) => each.getBoundingClientRect());
    return [inner.left - outer.left + across * inner.width, inner.top - outer.top + down * inner.height];
  }
}

function neuronButton(layer, neuron) {
  const isHidden = layer === "hidden";
  const button = element("button", { type: "button", className: `neuron-button ${layer}` });
  button.append(element("span", { className: "name" }, String(isHidden ? neuron + 1 : neuron)));
  if (isHidden) button.append(element("canvas", { width: SIDE, height: SIDE }));
  button.append(...barWithNumber());
  return button;
}

function drawLine(context, start, end, width_px, sign, palette, isStrong) {
  const isMinus = sign < 0;
  context.globalAlpha = isStrong ? STRONG : FAINT;
  context.setLineDash(isStrong && isMinus ? DASHES_PX : []); // so that signs differ in grey, too
  context.strokeStyle = isMinus ? palette.minus : palette.plus;
  context.lineWidth = width_px;
  context.beginPath();
  context.moveTo(...start);
  context.lineTo(...end);
  context.stroke();
}

/**
 * Lines as thick as their product, weight times activation.
 * @param {number} thickest_px width of the line of the largest product
 * @param {number} thinnest_px thinner lines are left out
 * @returns {{place: number, width_px: number, sign: number}[]} the thickest last, so that it is drawn on top
 */
export function lines(products, thickest_px, thinnest_px) {
  const largest = largestMagnitude(products);
  return products
    .map((product, place) => ({
      place,
      width_px: (thickest_px * Math.abs(product)) / largest,
      sign: Math.sign(product),
    }))
    .filter(({ width_px }) => width_px >= thinnest_px)
    .sort((a, b) => a.width_px - b.width_px);
}

/**
 * Draws a hidden neuron's weights and their products with the pixels.
 * @param {(name: string) => HTMLCanvasElement} part @param {{weights: ArrayLike<number>}} layer of the neuron @param {number} [limit] the weight in full colour
 */
export function drawWeightsAndProducts(part, layer, neuron, sum, palette, limit = usualLimit(layer.weights)) {
  drawSigned(part("weights"), incomingWeights(layer, neuron), limit, palette);
  drawSigned(part("products"), sum.products, largestMagnitude(sum.products), palette);
  const name = neuronName({ layer: "hidden", neuron });
  part("weights").ariaLabel = translate("{name}, the weights of the 784 pixels", { name });
  const { ups, downs } = sum;
  part("products").ariaLabel = translate("Weights times pixels: {ups} push the sum up, {downs} push it down", { ups, downs });
}
