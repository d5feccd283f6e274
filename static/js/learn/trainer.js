/** Trains on the server, one run at a time: the buttons, the waiting, and what goes wrong. */

import { NotARun, Run } from "./run.js";
import { NoRun, requestTraining } from "./training.js";
import { WaitView } from "./wait_view.js";
import { words } from "./words.js";

const HAVE_RECORD = ["off", "unreachable"]; // reasons why a recorded run is shown instead

export class Trainer {
  /** @type {AbortController?} */
  #request = null;

  /**
   * @param {Document} root
   * @param {(sentence: string) => void} announce to screen readers
   * @param {(reason: string) => void} onNoServer training is off, or the server does not answer
   */
  constructor(root, announce, onNoServer) {
    Object.assign(this, { root, announce, onNoServer });
    this.part = (id) => root.getElementById(id);
    this.wait = new WaitView(this.part("training-state"), announce);
    this.part("cancel").addEventListener("click", () => this.#request?.abort());
  }

  get isBusy() {
    return this.#request !== null;
  }

  /**
   * @param {object} body of the request
   * @returns {Promise<Run?>} null if another is running, or where there is none; then the page says why
   */
  async train(body) {
    if (this.isBusy) return null;
    this.#request = new AbortController();
    this.#begin();
    try {
      const { signal } = this.#request;
      const run = new Run(await requestTraining(body, { signal, onWait: (state) => this.wait.update(state) }));
      this.#end("");
      return run;
    } catch (error) {
      this.#end(error.name === "AbortError" ? words.waiting.cancelled : "");
      if (error.name !== "AbortError") this.#explain(error);
      return null;
    }
  }

  /** @param {string} sentence what went wrong, nothing to clear it */
  showProblem(sentence) {
    this.part("problem").textContent = sentence;
  }

  #begin() {
    this.showProblem("");
    this.#disableButtons(true);
    this.part("waiting").hidden = false;
    this.wait.begin();
  }

  #end(sentence) {
    this.#request = null;
    this.wait.end();
    this.#disableButtons(false);
    if (document.activeElement === this.part("cancel")) this.part("train").focus();
    this.part("waiting").hidden = true;
    if (sentence) this.announce(sentence);
  }

  /** Those that would begin another training: they keep the focus. */
  #disableButtons(areDisabled) {
    for (const button of this.root.querySelectorAll(".starts-training")) button.ariaDisabled = String(areDisabled);
  }

  #explain(error) {
    if (error instanceof NotARun) this.showProblem(words.noRun.unreadable);
    else if (!(error instanceof NoRun)) throw error;
    else if (HAVE_RECORD.includes(error.reason)) this.onNoServer(error.reason);
    else this.showProblem(error.reason === "refused" ? words.noRun.refused(error.message) : words.noRun.unreadable);
  }
}
