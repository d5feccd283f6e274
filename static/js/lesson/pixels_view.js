/** The data: the digit as 784 numbers, and its label as ten targets. */

import { SIDE } from "../inside/geometry.js";
import { fillPixelTable } from "../inside/pixel_table.js";
import { oneHot } from "../network/losses.js";

export class PixelsView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.#fill(new Array(SIDE * SIDE).fill(0)); // as large as it will be
  }

  /** @param {import("../lesson.js").State} state */
  show({ pixels, label }) {
    this.#fill(Array.from(pixels, (pixel) => Math.round(255 * pixel)));
    this.part("target").textContent = `y = (${oneHot([label]).join(", ")})`;
  }

  #fill(levels) {
    fillPixelTable(this.part("numbers"), levels);
  }
}
