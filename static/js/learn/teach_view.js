/** Teaches the network the user's digits, with and without remembering MNIST's: all figures, before and after. */

import { ClassDigits } from "../class/sheets.js";
import { loadReadings } from "../readings/collector.js";
import { labelledDigits } from "../readings/export.js";
import { element, table } from "../ui/dom.js";
import { wilsonInterval } from "../ui/format.js";
import { pixelCanvas, readLevels } from "../ui/pixels.js";
import { formatNumber, translate } from "../ui/translate.js";
import { FEWEST, halfOf } from "./lesson_set.js";
import { pictureName } from "./run_results.js";

/** @typedef {"class" | "pad"} Source of own digits: the class's page, or the readings of the pad */

export class TeachView {
  /** Runs that were taught from the same one. @type {{remembering?: import("./run.js").Run, alone?: import("./run.js").Run}} */
  #taught = {};
  /** From which run they began. */
  #base = null;
  #digits = "all";
  #classDigits = new ClassDigits();

  /** @param {(source: Source, isRemembering: boolean) => void} onTeach */
  constructor(root, onTeach) {
    this.root = root;
    this.others = root.parentElement;
    this.page = this.others.parentElement;
    this.part = (id) => root.querySelector(`#${id}`);
    this.select = this.part("teach-source").querySelector("select");
    this.part("teach-remembering").addEventListener("click", () => onTeach(this.select.value, true));
    this.part("teach-alone").addEventListener("click", () => onTeach(this.select.value, false));
    addEventListener("pageshow", () => this.count(this.#digits));
    this.#classDigits.addEventListener("change", () => this.count(this.#digits));
  }

  /**
   * @param {string} digits that the network has learnt, as of the knob: where it is a half by labels, it is taught the others alone
   * @returns {Promise<import("./lesson_set.js").OwnDigit[]?>} null where there are too few
   */
  async loadOwn(source, digits) {
    const all = source === "class" ? this.#classDigits.load() : await loadPadDigits();
    const taught = all.filter(({ label }) => isTaught(label, digits));
    return taught.length < FEWEST ? null : taught;
  }

  /** Says what there is to learn from in this tab. @param {string} digits that the network has learnt, as of the knob */
  count(digits) {
    this.#digits = digits;
    const taught = (own) => own.filter(({ label }) => isTaught(label, digits)).length;
    const ofPad = taught(labelledDigits(loadReadings()).labelled);
    const counts = { class: taught(this.#classDigits.load()), pad: ofPad };
    const most = Math.max(...Object.values(counts));
    if (counts[this.select.value] < FEWEST) this.select.value = Object.keys(counts).find((source) => counts[source] === most);
    this.part("own-digits").textContent = countsText(digits, counts) + (most < FEWEST ? ` ${TOO_FEW}` : "");
    this.#place(digits === "half" && most >= FEWEST);
    for (const id of ["teach-remembering", "teach-alone"]) this.part(id).hidden = most < FEWEST;
    this.part("teach-source").hidden = Object.values(counts).some((count) => count < FEWEST);
    for (const part of this.root.querySelectorAll("[data-digits]")) part.hidden = part.dataset.digits !== digits;
  }

  /** Puts the section above the run, or, where it is not what the page is opened for, below it with the others. */
  #place(isFirst) {
    const parent = isFirst ? this.page : this.others;
    if (this.root.parentElement !== parent) parent.prepend(this.root);
  }

  /**
   * @param {import("./run.js").Run} run that was taught @param {import("./run.js").Run} base it before that
   * @param {{pixels: Float32Array, label: number, read: [number, number]}[]} heldBack own digits, and what was read before and now
   */
  show(run, base, heldBack) {
    if (base !== this.#base) this.#taught = {};
    this.#base = base;
    this.#taught[run.disturbance.isRemembering ? "remembering" : "alone"] = run;
    this.part("both-figures").hidden = false;
    this.part("both-figures").replaceChildren(figuresTable(this.#taught));
    this.part("held-back").hidden = !run.isOver;
    this.part("held-back-digits").replaceChildren(...heldBack.map(heldBackItem));
  }
}

const TOO_FEW = translate(
  "At least {fewest} digits are needed. Photograph a class sheet, or draw digits on the first page and correct what is read wrong.",
  { fewest: FEWEST },
);

/** What there is to teach a network that has learnt all digits, or half of them. */
function countsText(digits, { class: ofClass, pad }) {
  const values = { ofClass, pad };
  return digits === "half"
    ? translate("Here are {ofClass} digits 5 to 9 of the class’s sheets, and {pad} of the pad that are certain or corrected.", values)
    : translate("Here are {ofClass} digits of the class’s sheets, and {pad} of the pad that are certain or corrected.", values);
}

const isTaught = (label, digits) => digits !== "half" || halfOf(label) === 1;

function loadPadDigits() {
  const load = async ({ image, label }) => ({ image: Uint8Array.from(await readLevels(image)), label });
  return Promise.all(labelledDigits(loadReadings()).labelled.map(load));
}

/** @returns {HTMLTableElement} all figures before, and after each of the trainings that is over, with their intervals */
function figuresTable({ remembering, alone }) {
  const any = remembering ?? alone;
  const before = any.frames[any.disturbance.position + 1]; // measured on own digits, too
  const after = (run) => (run?.isOver ? run.lastFrame : null);
  const shown = Object.entries({ before, remembering: after(remembering), alone: after(alone) }).filter(([, frame]) => frame);
  const head = ["", ...shown.map(([name]) => HEADINGS[name])];
  const row = (name, of) => [name, ...shown.map(([, frame]) => shareAndInterval(of(frame)))];
  const own = ({ ownAccuracy, ownTotal }) => ({ right: Math.round(ownAccuracy * ownTotal), total: ownTotal });
  if (any.knobs.digits === "half") {
    return table(head, [
      row(translate("Your digits 5 to 9"), own),
      row(translate("MNIST’s test digits 5 to 9"), (frame) => frame.testHalves[1]),
      row(translate("MNIST’s test digits 0 to 4"), (frame) => frame.testHalves[0]),
    ]);
  }
  const all = ({ testHalves: [one, other] }) => ({ right: one.right + other.right, total: one.total + other.total });
  return table(head, [row(translate("Your digits"), own), row(translate("Everybody else (MNIST’s test digits)"), all)]);
}

const HEADINGS = { before: translate("before"), remembering: translate("now"), alone: translate("now, without remembering") };

function shareAndInterval({ right, total }) {
  const share = translate("{right} of {total}", { right: formatNumber(right), total: formatNumber(total) });
  const [low, high] = wilsonInterval(right, total).map((bound) => formatNumber(100 * bound));
  const interval = translate("{low}–{high} %", { low, high });
  return element("span", {}, element("b", {}, share), " ", element("small", {}, interval));
}

function heldBackItem({ pixels, label, read: [before, now] }) {
  const outcome = element("span", {}, translate("{before} → {now}", { before, now }));
  const item = element("li", {}, pixelCanvas(pixels, pictureName(label)), outcome);
  item.classList.toggle("is-wrong", now !== label);
  return item;
}
