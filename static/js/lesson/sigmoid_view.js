/** The sigmoid, and where the sums of the network's neurons lie on it. */

import { activationText, equals, fixed, signed } from "../inside/format.js";
import { sigmoid } from "../network/exponential.js";
import { slope } from "../network/layers.js";
import { NeuronChoice } from "./neuron_choice.js";
import { Plot } from "./plot.js";
import { words } from "./words.js";

const END = 8; // of the axis: further out the sigmoid is flat
const POINTS = 161;

export class SigmoidView {
  /** @param {HTMLElement} root @param {(chosen: object) => void} onChoose */
  constructor(root, onChoose) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.choice = new NeuronChoice(this.part("neuron"), onChoose);
  }

  /** @param {import("../lesson.js").State} state */
  show({ computed, chosen }) {
    this.choice.show(chosen);
    const z = computed[chosen.layer].z[chosen.neuron];
    const a = sigmoid(z);
    const svg = this.part("curve");
    const plot = new Plot(svg, [-END, END], [0, 1]);
    plot.ticksBelow([-8, -4, 0, 4, 8]);
    plot.ticksBeside([0, 0.5, 1]);
    plot.line(
      Array.from({ length: POINTS }, (_, place) => -END + (2 * END * place) / (POINTS - 1)).map((x) => [x, sigmoid(x)]),
      "curve",
    );
    const dot = (sum, name) => plot.dot(Math.min(Math.max(sum, -END), END), sigmoid(sum), name);
    for (const layer of ["hidden", "output"]) computed[layer].z.forEach((sum) => dot(sum, layer));
    dot(z, "chosen");
    svg.ariaLabel = words.curveLabel(z, a);
    this.part("values").textContent = `z = ${signed(z)},  a = σ(z) ${equals(activationText(a))},  σ′(z) = ${fixed(slope(a), 3)}`;
  }
}
