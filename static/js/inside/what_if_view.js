/** What if other pixels had ink? A picture to change, and what the network computes from it: the gap, the outputs. */

import { twoLargest } from "./attribution.js";
import { AskView } from "./ask_view.js";
import { EditedPicture } from "./edited_picture.js";
import { fixed } from "./format.js";
import { rowAndColumn } from "./geometry.js";
import { inspect } from "../network/article.js";
import { OutputBars } from "./output_bars.js";
import { PixelEditor } from "./pixel_editor.js";
import { PuzzleView } from "./puzzle_view.js";
import { words } from "./words.js";

export class WhatIfView {
  /** @type {EditedPicture?} */
  #edited = null;
  /** The two digits whose gap is shown. @type {[number, number]} */
  #digits;

  /** @param {HTMLElement} root @param {import("../network/article.js").Layers} network */
  constructor(root, network) {
    this.network = network;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.editor = new PixelEditor(this.part("editor"), {
      onPaint: (places) => this.#change(() => this.#edited.paint(places, this.#inkOfTool)),
      onEnd: () => this.#edited.endStroke(),
      onMove: (place) => this.#showPixel(place),
    });
    this.puzzle = new PuzzleView(root, network, () => this.#update());
    this.ask = new AskView(root, () => {
      this.puzzle.stop();
      return this.#edited.pixels;
    });
    this.outputs = new OutputBars(this.part("outputs"));
    this.part("undo").addEventListener("click", () => this.#change(() => this.#edited.undo()));
    this.part("undo-all").addEventListener("click", () => this.#change(() => this.#edited.undoAll()));
    root.addEventListener("keydown", (event) => this.#pressKey(event));
  }

  /** @param {ArrayLike<number>} pixels 784, 0..1; others than before begin again @param {[number, number]} digits */
  show(pixels, digits) {
    this.#digits = digits;
    const isNew = !this.#edited?.original.every((value, place) => value === pixels[place]);
    if (isNew) {
      this.#edited = new EditedPicture(pixels);
      this.part("cell").textContent = "";
      this.part("winner").ariaLive = "off"; // the answer beside the pad is read aloud
    }
    this.puzzle.begin(this.#edited, digits);
    this.#update();
  }

  get #inkOfTool() {
    return this.part("ink").checked ? 1 : 0;
  }

  /** Changes the picture; a solution that is being shown stops. */
  #change(change) {
    this.puzzle.stop();
    this.part("cell").textContent = ""; // until the arrow keys choose a pixel
    change();
    this.#update();
  }

  #update() {
    const { pixels, original, changed, canUndo } = this.#edited;
    const [now, before] = [pixels, original].map((each) => inspect(this.network, each).output);
    const [[winner], [learnt]] = [twoLargest(now.z), twoLargest(before.z)];
    const gap = ({ z }) => z[this.#digits[0]] - z[this.#digits[1]];
    this.editor.show(pixels, changed);
    this.editor.canvas.ariaLabel = words.whatIf.label(changed.length);
    this.part("gap-change").textContent = words.whatIf.gap(...this.#digits, gap(before), gap(now), changed.length > 0);
    if (changed.length > 0) this.part("winner").ariaLive = "polite";
    write(this.part("winner"), words.whatIf.gives(winner, learnt));
    this.outputs.show(now.activations, changed.length > 0 ? before.activations : null);
    this.part("undo").ariaDisabled = String(!canUndo);
    this.part("undo-all").ariaDisabled = String(changed.length === 0);
    this.puzzle.show(winner);
    this.ask.keepFor(pixels);
  }

  #showPixel(place) {
    this.part("cell").textContent = words.whatIf.cell(rowAndColumn(place), fixed(this.#edited.pixels[place], 3));
  }

  /** Undoes and redoes here what elsewhere on the page would be undone on the pad. */
  #pressKey(event) {
    const letter = (event.ctrlKey || event.metaKey) && event.key.toLowerCase();
    if (letter !== "z" && letter !== "y") return;
    event.preventDefault();
    event.stopPropagation();
    const isRedo = letter === "y" || event.shiftKey;
    this.#change(() => (isRedo ? this.#edited.redo() : this.#edited.undo()));
  }
}

/** Sets the text of a live region only when it changes, so that it is not read aloud again. */
function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
