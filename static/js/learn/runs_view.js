/** Saves a run as a file, opens one, and compares one with those that follow. */

import { download } from "../download.js";
import { comparisonTable } from "./comparison.js";
import { BadFile, openFile, toFileText } from "./run_file.js";
import { words } from "./words.js";

export class RunsView {
  /** What the next runs are compared with. @type {import("./explanations.js").Shown?} */
  kept = null;
  /** @type {import("./explanations.js").Shown?} */
  #shown = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./knobs_view.js").KnobsView} knobsView
   * @param {{onOpen: (opened: {run: import("./run.js").Run, knobs: object}) => void, onKeep: () => void}} listener
   */
  constructor(root, knobsView, listener) {
    Object.assign(this, { knobsView, listener });
    this.part = (id) => root.querySelector(`#${id}`);
    this.part("keep").addEventListener("click", () => {
      this.kept = this.kept === this.#shown ? null : this.#shown;
      this.show(this.#shown);
      listener.onKeep();
    });
    this.part("save-run").addEventListener("click", () => this.#save());
    this.part("open-run").addEventListener("change", ({ target }) => {
      const [file] = target.files;
      if (file) this.#open(file);
      target.value = ""; // so that the same file can be chosen again
    });
  }

  /** @param {import("./explanations.js").Shown} shown */
  show(shown) {
    this.#shown = shown;
    this.part("keep").ariaPressed = String(this.kept === shown);
    const comparison = this.part("comparison");
    comparison.hidden = !this.kept;
    if (this.kept === shown) comparison.replaceChildren(words.compared.next);
    else if (this.kept) comparison.replaceChildren(comparisonTable(shown, this.kept, this.knobsView));
  }

  #save() {
    const { run, knobs } = this.#shown;
    const text = toFileText({ answer: run.answer, knobs });
    download(new Blob([text], { type: "application/json" }), "run.json", new Date());
  }

  async #open(file) {
    this.part("file-problem").textContent = "";
    try {
      this.listener.onOpen(await openFile(file));
    } catch (error) {
      if (!(error instanceof BadFile)) throw error;
      this.part("file-problem").textContent = words.file[error.fault];
    }
  }
}
