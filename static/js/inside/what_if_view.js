/** What if other pixels had ink? A picture to change, and what the network computes from it: the gap, the outputs. */

import { inspect } from "../network/article.js";
import { feedforward } from "../network/trained_network.js";
import { loadingText, NO_NETWORK } from "../network/loading_words.js";
import { OutputBars } from "../ui/chart.js";
import { partsOf, undoOrRedo, write } from "../ui/dom.js";
import { fixed, inPercent, signed } from "../ui/format.js";
import { outline, rowAndColumn } from "../ui/pixels.js";
import { translate } from "../ui/translate.js";
import { explainGap } from "./attribution.js";
import { partsOfInk } from "./decisive_part.js";
import { EditedPicture, PixelEditor } from "./pixel_editor.js";
import { PuzzleView } from "./puzzle.js";
import { twoLargest } from "./sums.js";

export class WhatIfView {
  #edited = null;
  /** The two digits whose gap is shown. @type {[number, number]} */
  #digits;
  #boxes = [];
  /** The pixels that another network was asked about. @type {Float32Array?} */
  #asked = null;

  /**
   * @param {HTMLElement} root
   * @param {import("../network/article.js").Layers} network
   * @param {typeof import("../network/trained_network.js").loadTrained} load another one, by its name
   */
  constructor(root, network, load) {
    this.network = network;
    this.part = partsOf(root);
    this.editor = new PixelEditor(this.part("editor"), {
      onPaint: (places) => this.#change(() => this.#edited.paint(places, this.#inkOfTool)),
      onEnd: () => this.#edited.endStroke(),
      onMove: (place) => this.#showPixel(place),
    });
    this.puzzle = new PuzzleView(root, network, () => this.#render());
    this.part("ask").addEventListener("click", ({ target }) => this.#ask(target.dataset, load));
    this.outputs = new OutputBars(this.part("outputs"));
    this.part("undo").addEventListener("click", () => this.#change(() => this.#edited.undo()));
    this.part("undo-all").addEventListener("click", () => this.#change(() => this.#edited.undoAll()));
    root.addEventListener("keydown", (event) => this.#pressKey(event));
  }

  /**
   * @param {ArrayLike<number>} pixels 784, 0..1; others than before begin again @param {[number, number]} digits
   * @param {import("./decisive_part.js").Part[]} parts of the ink that are framed until the picture is changed
   */
  show(pixels, digits, parts) {
    this.#digits = digits;
    const isIn = partsOfInk(pixels);
    this.#boxes = parts.map((part) => outline(Array.from(pixels, (pixel, place) => (isIn(place, part) ? pixel : 0))));
    const isNew = !this.#edited?.original.every((value, place) => value === pixels[place]);
    if (isNew) {
      this.#edited = new EditedPicture(pixels);
      this.part("cell").textContent = "";
      this.part("winner").ariaLive = "off"; // the answer beside the pad is read aloud
    }
    this.puzzle.begin(this.#edited, digits);
    this.#render();
  }

  get #inkOfTool() {
    return this.part("ink").checked ? 1 : 0;
  }

  /** Changes the picture; a solution that is being shown stops. */
  #change(change) {
    this.puzzle.stop();
    this.part("cell").textContent = ""; // until the arrow keys choose a pixel
    change();
    this.#render();
  }

  #render() {
    const { pixels, original, changed, canUndo } = this.#edited;
    const [now, before] = [pixels, original].map((each) => inspect(this.network, each).output);
    const [[winner], [learnt]] = [twoLargest(now.z), twoLargest(before.z)];
    const [first, second] = this.#digits;
    const gap = ({ z }) => signed(z[first] - z[second]);
    const isChanged = changed.length > 0;
    const { contributions } = explainGap(this.network, pixels, first, second);
    this.editor.show({ pixels, changed, contributions, boxes: isChanged ? [] : this.#boxes });
    this.editor.canvas.ariaLabel = translate("Your digit as 28 × 28 pixels, to be changed: {changed} of 784 are changed", {
      changed: changed.length,
    });
    this.part("gap-change").textContent = isChanged
      ? translate("Gap {first} over {second}: {before} → {now}", { first, second, before: gap(before), now: gap(now) })
      : translate("Gap {first} over {second}: {gap}", { first, second, gap: gap(before) });
    if (isChanged) this.part("winner").ariaLive = "polite";
    const gives =
      winner === learnt
        ? translate("The 15 neurons give {digit}.", { digit: winner })
        : translate("Now they give {now} instead of {before}.", { now: winner, before: learnt });
    write(this.part("winner"), gives);
    this.outputs.show(now.activations, isChanged ? before.activations : null);
    this.part("undo").ariaDisabled = String(!canUndo);
    this.part("undo-all").ariaDisabled = String(!isChanged);
    this.puzzle.show(winner);
    if (this.#asked !== pixels) {
      this.#asked = null;
      this.#showAsked("", "");
    }
  }

  /** Shows what another network gives for the edited picture, until that changes. */
  async #ask({ model, title }, load) {
    this.puzzle.stop();
    const pixels = (this.#asked = this.#edited.pixels);
    const show = (...texts) => pixels === this.#asked && this.#showAsked(...texts);
    try {
      const network = await load(model, (part) => show(loadingText(part), ""));
      const { activations } = feedforward(network, pixels);
      show(translate("{model} gives {digit}.", { model: title, digit: twoLargest(activations)[0] }), inPercent(activations));
    } catch {
      show(NO_NETWORK, "");
    }
  }

  #showAsked(answer, percents) {
    this.part("asked").textContent = answer;
    this.part("asked-percent").textContent = percents;
  }

  #showPixel(place) {
    const values = { ...rowAndColumn(place), activation: fixed(this.#edited.pixels[place], 3) };
    this.part("cell").textContent = translate("Row {row}, column {column}: a {activation}", values);
  }

  /** Undoes and redoes here what elsewhere on the page would be undone on the pad. */
  #pressKey(event) {
    const action = undoOrRedo(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.#change(() => this.#edited[action]());
  }
}
