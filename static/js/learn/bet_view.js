/** Bets on the accuracy of a run, which stays hidden until one is placed; all bets stay in a list. */

import { element } from "../inside/dom.js";
import { words } from "./words.js";

export class BetView {
  /** What is shown after the bet. @type {(() => void)?} */
  #reveal = null;
  /** @type {import("./run.js").Run?} */
  #run = null;
  /** Those that a bet was placed on, or whose result is known. */
  #known = new WeakSet();

  /** @param {HTMLElement} root @param {boolean} isOn whether bets are placed at all */
  constructor(root, isOn) {
    Object.assign(this, { root, isOn });
    this.part = (id) => root.querySelector(`#${id}`);
    this.slider = this.part("bet-percent");
    this.slider.addEventListener("input", () => (this.part("bet-value").textContent = this.slider.value));
    this.part("bet-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#place();
    });
  }

  /** @param {import("./run.js").Run} run @param {() => void} reveal is called at once if there is nothing to bet on */
  ask(run, reveal) {
    this.#reveal = reveal;
    this.#run = run;
    if (!this.isOn || this.#known.has(run)) {
      this.part("bet-form").hidden = true;
      reveal();
      return;
    }
    this.root.hidden = this.part("bet-form").hidden = false;
    this.slider.focus();
  }

  #place() {
    const [bet, accuracy] = [Number(this.slider.value) / 100, this.#run.lastFrame.test_accuracy];
    this.part("bets").append(element("li", {}, words.bet(bet, accuracy)));
    this.#known.add(this.#run);
    this.part("bet-form").hidden = true;
    this.#reveal();
  }
}
