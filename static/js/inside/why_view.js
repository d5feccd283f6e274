/** Why one digit and not another: what each pixel adds to the gap between the sums of two outputs. */

import { explainGap, twoLargest } from "./attribution.js";
import { element, table } from "./dom.js";
import { fixed, signed } from "./format.js";
import { SIDE, rowAndColumn } from "./geometry.js";
import { OUTPUTS, feedforward } from "./network.js";
import { drawSigned, onPaletteChange, paletteOf } from "./pictures.js";
import { untrainedNetwork } from "./random.js";
import { addUp, strongest } from "./sums.js";
import { words } from "./words.js";

const CELL_PX = 10;
const MOST_ROWS = 10;
const SEED = 1; // any other gives another map of noise

export class WhyView {
  #pixels;
  /** Two digits that someone chose. @type {[number, number]?} */
  #chosen = null;

  /** @param {HTMLElement} root @param {import("./network.js").Network} network */
  constructor(root, network) {
    this.root = root;
    this.networks = { learnt: network, untrained: untrainedNetwork(SEED) };
    this.selects = ["first", "second"].map((name) => root.querySelector(`[data-part="${name}"]`));
    for (const select of this.selects) {
      select.append(...Array.from({ length: OUTPUTS }, (_, digit) => element("option", {}, String(digit))));
      select.addEventListener("change", () => this.#choose());
    }
    for (const canvas of root.querySelectorAll("canvas")) canvas.width = canvas.height = CELL_PX * SIDE;
    onPaletteChange(() => this.#pixels && this.#update());
  }

  /** @param {ArrayLike<number>?} pixels 784, 0..1, or nothing */
  show(pixels) {
    this.root.hidden = !pixels;
    if (!pixels) this.#chosen = null;
    this.#pixels = pixels;
    if (pixels) this.#update();
  }

  #choose() {
    this.#chosen = this.selects.map((select) => Number(select.value));
    this.#update();
  }

  #update() {
    const { output } = feedforward(this.networks.learnt, this.#pixels);
    const [first, second] = this.#chosen ?? twoLargest(output.z);
    [this.selects[0].value, this.selects[1].value] = [first, second];
    for (const [name, network] of Object.entries(this.networks)) {
      this.#showMap(name, explainGap(network, this.#pixels, first, second), [first, second]);
    }
  }

  /** Shows one network's map, what adds up to its gap, and its strongest pixels. */
  #showMap(name, { contributions, gap, blankGap }, [first, second]) {
    const part = (what) => this.root.querySelector(`[data-network="${name}"] [data-part="${what}"]`);
    const { up, down, ups, downs } = addUp(contributions);
    const canvas = part("map");
    drawSigned(canvas, contributions, Math.max(...contributions.map(Math.abs)) || 1, paletteOf(this.root));
    canvas.ariaLabel = words.mapLabel(first, second, ups, downs);
    const rows = words.gapRows({ first, second, blankGap, up, down, ups, downs, gap });
    part("gap").replaceChildren(
      ...rows.map(([text, value]) => element("div", {}, element("dt", {}, text), element("dd", {}, signed(value)))),
    );
    if (name !== "learnt") return;
    part("strongest").replaceChildren(
      table(
        words.contributionHeadings,
        strongest(contributions, MOST_ROWS).map((place) => [
          words.pixelRow(rowAndColumn(place)),
          fixed(this.#pixels[place]),
          signed(contributions[place]),
        ]),
      ),
    );
  }
}
