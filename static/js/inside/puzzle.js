/**
 * The puzzle: the fewest pixels that turn the picture into another digit; the visitor's count, and a solution.
 *
 * The solution is found by greedy search: of all pixels, it changes the one to paper or to ink that lowers the lead of the
 * others most, until the other digit leads. It does not prove that no fewer do.
 *
 * N. Papernot et al., "The limitations of deep learning in adversarial settings", EuroS&P 2016, choose pixels greedily
 * as well, by the slopes of the outputs. Here each change is computed exactly: a pixel that changes by d changes the sum
 * of hidden neuron j by w_j d, so 15 products replace the 784 of each sum.
 */

import { HIDDEN, inspect, OUTPUTS } from "../network/article.js";
import { sigmoid } from "../network/layers.js";
import { partsOf, stillness } from "../ui/dom.js";
import { translate } from "../ui/translate.js";
import { twoLargest } from "./sums.js";

const SHARPNESS = 2; // of the smooth maximum

/**
 * @typedef {{place: number, value: number, lead: number}} Step a pixel, what it becomes, and the lead that is left
 * @param {import("../network/article.js").Layers} network
 * @param {ArrayLike<number>} pixels 784, 0..1
 * @param {number} target digit whose sum z is to be the largest
 * @returns {{steps: Step[], isSolved: boolean}} not solved where no pixel helps any more
 */
export function fewestPixels(network, pixels, target) {
  const { hidden, output } = inspect(network, pixels);
  const changed = Float64Array.from(pixels);
  const sums = Float64Array.from(hidden.z);
  const z = Float64Array.from(output.z);
  const steps = [];
  let cost = smoothLead(target, z);
  while (leadOver(target, z) >= 0) {
    const best = bestChange(network, changed, sums, target);
    if (best.cost >= cost) return { steps, isSolved: false };
    ({ cost } = best);
    addChange(network.hidden, sums, best.place, best.value - changed[best.place], sums);
    addOutputs(network.output, sums, z);
    changed[best.place] = best.value;
    steps.push({ place: best.place, value: best.value, lead: leadOver(target, z) });
  }
  return { steps, isSolved: true };
}

/** @param {ArrayLike<number>} z of the outputs @returns {number} the largest of the others minus the target's */
export function leadOver(target, z) {
  let largest = -Infinity;
  for (let digit = 0; digit < OUTPUTS; digit++) if (digit !== target) largest = Math.max(largest, z[digit]);
  return largest - z[target];
}

/** @returns {{place: number, value: number, cost: number}} the change of one pixel that helps most */
function bestChange({ hidden, output }, pixels, sums, target) {
  const changedSums = new Float64Array(HIDDEN);
  const z = new Float64Array(OUTPUTS);
  let best = { cost: Infinity };
  for (let place = 0; place < pixels.length; place++) {
    for (let value = 0; value <= 1; value++) {
      if (value === pixels[place]) continue;
      addChange(hidden, sums, place, value - pixels[place], changedSums);
      addOutputs(output, changedSums, z);
      const cost = smoothLead(target, z);
      if (cost < best.cost) best = { place, value, cost };
    }
  }
  return best;
}

/** Log Σ e^(2 (z_k - z_target)) over the others: where two of them lead together, it falls when one of them does. */
function smoothLead(target, z) {
  let sum = 0;
  for (let digit = 0; digit < OUTPUTS; digit++) {
    if (digit !== target) sum += Math.exp(SHARPNESS * (z[digit] - z[target]));
  }
  return Math.log(sum);
}

/** Writes the sums of the hidden neurons with one pixel changed: z_j + w_j d. */
function addChange({ weights }, sums, place, change, result) {
  for (let j = 0; j < HIDDEN; j++) result[j] = sums[j] + weights[place * HIDDEN + j] * change;
}

/** Writes the sums of the outputs. */
function addOutputs({ weights, biases }, sums, result) {
  result.set(biases);
  for (let j = 0; j < HIDDEN; j++) {
    const activation = sigmoid(sums[j]);
    for (let digit = 0; digit < OUTPUTS; digit++) result[digit] += weights[j * OUTPUTS + digit] * activation;
  }
}

const STEP_MS = 400;
const LONGEST_MS = 4000; // of all steps together

export class PuzzleView {
  #edited;
  #target;
  /** The fewest pixels that solved it, by target. @type {Map<number, number>} */
  #best = new Map();
  #timer = 0;

  /**
   * @param {import("../network/article.js").Layers} network
   * @param {() => void} onStep is called when a solution that is shown has changed the picture
   */
  constructor(root, network, onStep) {
    this.network = network;
    this.onStep = onStep;
    this.part = partsOf(root);
    this.part("solve").addEventListener("click", () => this.#solve());
  }

  /** @param {import("./pixel_editor.js").EditedPicture} edited @param {[number, number]} digits that are compared */
  begin(edited, [first, second]) {
    const [answer] = twoLargest(inspect(this.network, edited.original).output.z);
    const target = second === answer ? first : second;
    if (edited !== this.#edited) this.#best.clear();
    if (edited !== this.#edited || target !== this.#target) {
      this.stop();
      this.part("solution").textContent = "";
    }
    [this.#edited, this.#target] = [edited, target];
    const task = translate("Turn this {from} into the digit {to} with as few pixels as you can.", { from: answer, to: target });
    this.part("task").textContent = task;
  }

  /** @param {number} winner digit that the network gives for the edited picture */
  show(winner) {
    const changed = this.#edited.changed.length;
    const isSolved = winner === this.#target && this.#edited.isOwn;
    if (isSolved) this.#best.set(this.#target, Math.min(changed, this.#best.get(this.#target) ?? Infinity));
    this.part("count").textContent = countText({ changed, best: this.#best.get(this.#target) }, isSolved);
  }

  /** Stops a solution that is being shown, at the step that it has come to. */
  stop() {
    if (!this.#timer) return; // a stroke of the visitor goes on
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#edited.endStroke();
  }

  /** Searches a solution and shows it step by step, or at once where no motion is wanted. */
  #solve() {
    this.stop();
    const { steps, isSolved } = fewestPixels(this.network, this.#edited.original, this.#target);
    const count = new Set(steps.map(({ place }) => place)).size;
    this.part("solution").textContent = isSolved
      ? translate(
          "The search changes {count} of 784 pixels, so at most {count} are needed. It is greedy: each step takes the " +
            "pixel that helps most. There may be a solution with fewer.",
          { count },
        )
      : translate("The search ends without a solution: after these pixels, no single one helps any more.");
    this.#edited.startSolutionFromOriginal();
    const pause_ms = Math.min(STEP_MS, LONGEST_MS / steps.length);
    this.#play(steps, stillness.matches ? 0 : pause_ms);
  }

  #play([step, ...others], pause_ms) {
    this.#timer = 0;
    if (step) this.#edited.paint([step.place], step.value);
    if (others.length === 0) this.#edited.endStroke();
    else if (pause_ms === 0) return this.#play(others, 0);
    else this.#timer = setTimeout(() => this.#play(others, pause_ms), pause_ms);
    this.onStep();
  }
}

function countText(counts, isSolved) {
  if (isSolved) return translate("Solved with {changed} of 784 pixels. Your best: {best}.", counts);
  return counts.best === undefined
    ? translate("{changed} of 784 pixels changed.", counts)
    : translate("{changed} of 784 pixels changed. Your best: {best}.", counts);
}
