/** The weights of the hidden neurons as pictures, which form while the run plays; one of them large. */

import { element } from "../inside/dom.js";
import { SIDE } from "../inside/geometry.js";
import { drawSigned, onPaletteChange, paletteOf, usualLimit } from "../inside/pictures.js";
import { words } from "./words.js";

export class NeuronsView {
  /** The neuron that is shown large, from 0. @type {number?} */
  chosen = null;
  /** The neuron that is silenced on the pad, from 0. @type {number?} */
  silenced = null;
  /** @type {import("./run.js").Run?} */
  #run = null;
  #position = 0;
  #limit = 1;

  /** @param {HTMLElement} root @param {() => void} onChoose a neuron was chosen, or silenced */
  constructor(root, onChoose) {
    Object.assign(this, { root, onChoose });
    this.list = root.querySelector("#neuron-pictures");
    this.large = root.querySelector("#large-neuron");
    this.silence = root.querySelector("#silence-chosen");
    this.silence.addEventListener("click", () => {
      this.silenced = this.silenced === null ? this.chosen : null;
      this.#change();
    });
    onPaletteChange(() => this.#run && this.show(this.#position));
  }

  /** @param {import("./run.js").Run} run */
  load(run) {
    this.#run = run;
    this.#limit = usualLimit(run.network.hidden.weights) || 1;
    if (this.chosen >= run.hidden) this.chosen = this.silenced = null;
    if (this.list.children.length === run.hidden) return;
    this.list.replaceChildren(...Array.from({ length: run.hidden }, (_, neuron) => this.#item(neuron)));
    this.list.dataset.size = run.hidden > 30 ? "many" : "few";
  }

  /** @param {number} position of the frame */
  show(position) {
    this.#position = position;
    const { step, neurons } = this.#run.weightsAt(position);
    const palette = paletteOf(this.root);
    const canvases = this.list.querySelectorAll("canvas");
    neurons.forEach((weights, neuron) => drawSigned(canvases[neuron], weights, this.#limit, palette));
    this.root.querySelector("#neurons-step").textContent = words.neurons.after(step);
    this.#showLarge(neurons, palette);
  }

  #item(neuron) {
    const canvas = element("canvas", { width: SIDE, height: SIDE });
    const button = element("button", { type: "button", ariaLabel: words.neurons.label(neuron) }, canvas);
    button.append(element("span", { ariaHidden: "true" }, String(neuron + 1)));
    button.addEventListener("click", () => {
      this.chosen = this.chosen === neuron ? null : neuron;
      this.silenced = null;
      this.#change();
    });
    return element("li", {}, button);
  }

  #change() {
    this.show(this.#position);
    this.onChoose();
  }

  #showLarge(neurons, palette) {
    this.list.querySelectorAll("button").forEach((button, neuron) => (button.ariaPressed = String(neuron === this.chosen)));
    this.large.hidden = this.chosen === null;
    if (this.chosen === null) return;
    this.silence.ariaPressed = String(this.silenced !== null);
    const canvas = this.large.querySelector("canvas");
    drawSigned(canvas, neurons[this.chosen], this.#limit, palette);
    canvas.ariaLabel = words.neurons.chosen(this.chosen);
    this.large.querySelector("[data-part=caption]").textContent = words.neurons.chosen(this.chosen);
  }
}
