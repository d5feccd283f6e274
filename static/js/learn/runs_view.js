/** Saves a run as a file, opens one, and compares one with those that follow. */

import { download } from "../ui/download.js";
import { comparisonTable } from "./results_view.js";
import { BadFile, openFile, toText } from "./run.js";
import { words } from "./words.js";

export class RunsView {
  /** What the next runs are compared with. @type {import("./run.js").Run?} */
  kept = null;
  /** @type {import("./run.js").Run?} */
  #shown = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./knobs_view.js").KnobsView} knobsView
   * @param {{onOpen: (recipe: import("./run.js").Recipe) => Promise<void>, onKeep: () => void}} listener
   */
  constructor(root, knobsView, listener) {
    Object.assign(this, { knobsView, listener });
    this.part = (id) => root.querySelector(`#${id}`);
    this.part("keep").addEventListener("click", () => {
      this.kept = this.kept === this.#shown ? null : this.#shown;
      this.show(this.#shown);
      listener.onKeep();
    });
    this.part("save-run").addEventListener("click", () => {
      download(new Blob([toText(this.#shown)], { type: "application/json" }), "run.json", new Date());
    });
    this.part("open-run").addEventListener("change", ({ target }) => {
      const [file] = target.files;
      if (file) this.#open(file);
      target.value = ""; // so that the same file can be chosen again
    });
  }

  /** @param {import("./run.js").Run} run */
  show(run) {
    this.#shown = run;
    this.part("keep").ariaPressed = String(this.kept === run);
    const comparison = this.part("comparison");
    comparison.hidden = !this.kept;
    if (this.kept === run) comparison.replaceChildren(words.compared.next);
    else if (this.kept) comparison.replaceChildren(comparisonTable(run, this.kept, this.knobsView));
  }

  async #open(file) {
    this.part("file-problem").textContent = "";
    try {
      await this.listener.onOpen(await openFile(file));
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      this.part("file-problem").textContent = words.file[error.fault];
    }
  }
}
