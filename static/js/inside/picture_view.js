/** How the picture became 28 × 28 pixels: the server's stages, the centre of mass, and the pixels as numbers. */

import { element } from "./dom.js";
import { fixed } from "./format.js";
import { SIDE, centreOfMass } from "./geometry.js";
import { drawEnlarged, paletteOf } from "./pictures.js";
import { fillPixelTable } from "./pixel_table.js";
import { words } from "./words.js";

const CELL_PX = 20;
const MIDDLE = SIDE / 2;
const CROSS = 1.2; // pixels of the 28, from its middle to its end
const SMALL_PX = 40; // pictures with fewer pixels a side are shown as squares

export class PictureView {
  #pixels;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.stages = root.querySelector("#stages");
    this.canvas = element("canvas", { width: SIDE * CELL_PX, height: SIDE * CELL_PX });
    this.canvas.setAttribute("role", "img");
    this.caption = element("p");
    this.numbers = root.querySelector("#numbers");
    this.details = this.numbers.closest("details");
    this.details.addEventListener("toggle", () => this.#showNumbers());
  }

  /**
   * @param {import("../api.js").Stage[]} stages in their order
   * @param {ArrayLike<number>?} pixels 784, 0..1; nothing for an empty pad
   */
  show(stages, pixels) {
    this.root.querySelector("#stages-part").hidden = !pixels;
    this.#pixels = pixels;
    if (!pixels) return;
    const last = element("li", { className: "last-stage row loose" }, this.canvas, this.caption);
    this.stages.replaceChildren(...stages.map(stageItem), last);
    this.#drawCentred();
    this.#showNumbers();
  }

  #drawCentred() {
    const { x, y } = centreOfMass(this.#pixels);
    this.caption.textContent = words.centred(x, y);
    this.canvas.ariaLabel = words.centredLabel;
    drawEnlarged(this.canvas, this.#pixels);
    const context = this.canvas.getContext("2d");
    const line = (...places) => {
      const [fromX, fromY, toX, toY] = places.map((place) => place * CELL_PX);
      context.moveTo(fromX, fromY);
      context.lineTo(toX, toY);
    };
    const stroke = (colour, width_px, draw) => {
      [context.strokeStyle, context.lineWidth] = [colour, width_px];
      context.beginPath();
      draw();
      context.stroke();
    };
    stroke("#8f96b8", 2, () => {
      line(MIDDLE, 0, MIDDLE, SIDE);
      line(0, MIDDLE, SIDE, MIDDLE);
    });
    stroke(paletteOf(this.root).mark, 8, () => {
      line(x - CROSS, y, x + CROSS, y);
      line(x, y - CROSS, x, y + CROSS);
    });
  }

  /** Fills the table of numbers, while it is open. */
  #showNumbers() {
    if (!this.details.open || !this.#pixels) return;
    fillPixelTable(this.numbers, Array.from(this.#pixels, (pixel) => Math.round(255 * pixel)));
  }
}

function stageItem({ caption, image }) {
  const picture = element("img", { alt: "", src: image }); // the caption below describes it
  picture.addEventListener("load", () => {
    const { naturalWidth, naturalHeight } = picture;
    picture.classList.toggle("is-small", Math.max(naturalWidth, naturalHeight) < SMALL_PX);
  });
  return element("li", {}, picture, element("p", {}, caption));
}
