/** Teaches the network a hand's own digits, with and without remembering MNIST's: always both figures. */

import { table } from "../inside/dom.js";
import { wilsonInterval } from "../interval.js";
import { FEWEST } from "./digits.js";
import { countOwn } from "./own_digits.js";
import { words } from "./words.js";

const TEST = 2000; // digits that a frame is measured on

export class TeachView {
  /** Runs that were taught from the same one. @type {{remembering?: import("./run.js").Run, alone?: import("./run.js").Run}} */
  #taught = {};
  /** From which run they began. */
  #base = null;

  /**
   * @param {HTMLElement} root
   * @param {(source: import("./own_digits.js").Source, isRemembering: boolean) => void} onTeach
   */
  constructor(root, onTeach) {
    this.part = (id) => root.querySelector(`#${id}`);
    this.select = this.part("teach-source").querySelector("select");
    this.part("teach-remembering").addEventListener("click", () => onTeach(this.select.value, true));
    this.part("teach-alone").addEventListener("click", () => onTeach(this.select.value, false));
    addEventListener("pageshow", () => this.count());
  }

  /** Says what there is to learn from in this tab. */
  count() {
    const counts = countOwn();
    const most = Math.max(...Object.values(counts));
    if (counts[this.select.value] < FEWEST) this.select.value = Object.keys(counts).find((source) => counts[source] === most);
    this.part("own-digits").textContent = [words.own.counts(counts), most < FEWEST && words.own.tooFew(FEWEST)].filter(Boolean).join(" ");
    for (const id of ["teach-source", "teach-remembering", "teach-alone"]) this.part(id).hidden = most < FEWEST;
  }

  /** @param {import("./run.js").Run} run that was taught @param {import("./run.js").Run} base it before that */
  show(run, base) {
    if (base !== this.#base) this.#taught = {};
    this.#base = base;
    this.#taught[run.disturbance.isRemembering ? "remembering" : "alone"] = run;
    this.part("both-figures").hidden = false;
    this.part("both-figures").replaceChildren(figuresTable(this.#taught));
  }
}

/** @returns {HTMLTableElement} both figures before, and after each of the trainings, with their intervals */
function figuresTable({ remembering, alone }) {
  const any = remembering ?? alone;
  const before = any.frames[any.disturbance.position + 1]; // measured on own digits, too
  const row = (name, total, of) => {
    const cell = (share) => words.own.share(Math.round(share * total), total, wilsonInterval(Math.round(share * total), total));
    return [words.own.rows[name], cell(of(before)), ...[remembering, alone].map((run) => (run ? cell(of(run.lastFrame)) : "–"))];
  };
  return table(words.own.headings, [
    row("own", before.ownTotal, ({ ownAccuracy }) => ownAccuracy),
    row("test", TEST, ({ testAccuracy }) => testAccuracy),
  ]);
}
