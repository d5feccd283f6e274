/** Teaches the network that is shown a hand's own digits, with and without remembering MNIST's: always both figures. */

import { table } from "../inside/dom.js";
import { wilsonInterval } from "../interval.js";
import { FEWEST, toRequestMember } from "./own_digits.js";
import { countOwn, loadOwn } from "./own_sources.js";
import { words } from "./words.js";

export class TeachView {
  /** The trainings of the same network with the same digits. @type {{remembering?: import("./run.js").Run, alone?: import("./run.js").Run}} */
  #taught = {};
  /** From which network they began. */
  #base = null;

  /**
   * @param {HTMLElement} root
   * @param {(source: import("./own_sources.js").Source, isRemembering: boolean) => void} onTeach
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

  /** @param {import("./explanations.js").Shown} shown a network that was taught */
  show({ run, base }) {
    if (base !== this.#base) this.#taught = {};
    this.#base = base;
    this.#taught[run.settings.remember === false ? "alone" : "remembering"] = run;
    this.part("both-figures").hidden = false;
    this.part("both-figures").replaceChildren(figuresTable(this.#taught));
  }
}

/** @returns {HTMLTableElement} both figures before, and after each of the trainings, with their intervals */
function figuresTable({ remembering, alone }) {
  const any = remembering ?? alone;
  const row = (name, total, of, before) => {
    const cell = (right) => words.own.share(right, total, wilsonInterval(right, total));
    const cells = [remembering, alone].map((run) => (run ? cell(of(run.correct)) : "–"));
    return [words.own.rows[name], cell(before), ...cells];
  };
  const { counts, correct } = any;
  return table(words.own.headings, [
    row("own", counts.own_held_back, (each) => each.own_held_back, correct.own_before),
    row("test", counts.test, (each) => each.test, correct.test_before),
  ]);
}

/**
 * @param {import("./own_sources.js").Source} source
 * @returns {Promise<object?>} the member of a request; null where there are too few digits
 */
export async function ownMember(source) {
  const digits = await loadOwn(source);
  return digits.labels.length < FEWEST ? null : toRequestMember(digits);
}
