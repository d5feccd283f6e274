/** The puzzle: the fewest pixels that turn the picture into another digit; the visitor's count, and a solution. */

import { twoLargest } from "./attribution.js";
import { fewestPixels } from "./fewest_pixels.js";
import { inspect } from "../network/article.js";
import { words } from "./words.js";

const STEP_MS = 400;
const LONGEST_MS = 4000; // of all steps together

export class PuzzleView {
  /** @type {import("./edited_picture.js").EditedPicture} */
  #edited;
  #target;
  /** The fewest pixels that solved it, by target. @type {Map<number, number>} */
  #best = new Map();
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {import("../network/article.js").Layers} network
   * @param {() => void} onStep is called when a solution that is shown has changed the picture
   */
  constructor(root, network, onStep) {
    this.network = network;
    this.onStep = onStep;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.part("solve").addEventListener("click", () => this.#solve());
  }

  /** @param {import("./edited_picture.js").EditedPicture} edited @param {[number, number]} digits that are compared */
  begin(edited, [first, second]) {
    const [answer] = twoLargest(inspect(this.network, edited.original).output.z);
    const target = second === answer ? first : second;
    if (edited !== this.#edited) this.#best.clear();
    if (edited !== this.#edited || target !== this.#target) {
      this.stop();
      this.part("solution").textContent = "";
    }
    [this.#edited, this.#target] = [edited, target];
    this.part("task").textContent = words.puzzle.task(answer, target);
  }

  /** @param {number} winner digit that the network gives for the edited picture */
  show(winner) {
    const count = this.#edited.changed.length;
    const isSolved = winner === this.#target && this.#edited.isOwn;
    if (isSolved) this.#best.set(this.#target, Math.min(count, this.#best.get(this.#target) ?? Infinity));
    this.part("count").textContent = words.puzzle.count(count, isSolved, this.#best.get(this.#target));
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
    this.part("solution").textContent = isSolved ? words.puzzle.solution(count) : words.puzzle.noSolution;
    this.#edited.beginSolution();
    const pause_ms = Math.min(STEP_MS, LONGEST_MS / steps.length);
    this.#play(steps, matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : pause_ms);
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
