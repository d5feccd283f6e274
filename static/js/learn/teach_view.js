/** Teaches the network the user's digits, with and without remembering MNIST's: all figures, before and after. */

import { ClassDigits } from "../class/sheets.js";
import { PIXELS } from "../network/article.js";
import { labelledDigits, loadReadings } from "../readings/reading_list.js";
import { element, table } from "../ui/dom.js";
import { wilsonInterval } from "../ui/format.js";
import { pixelCanvas, readPixels } from "../ui/pixels.js";
import { words } from "./learn_words.js";
import { FEWEST, halfOf } from "./lesson_set.js";

/** @typedef {"class" | "pad"} Source of own digits: the class's sheets, or the readings of the pad */

export class TeachView {
  /** Runs that were taught from the same one. @type {{remembering?: import("./run.js").Run, alone?: import("./run.js").Run}} */
  #taught = {};
  /** From which run they began. */
  #base = null;
  #digits = "all";
  #classDigits = new ClassDigits();

  /**
   * @param {HTMLElement} root
   * @param {(source: Source, isRemembering: boolean) => void} onTeach
   */
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
   * @param {Source} source
   * @param {"all" | "half"} digits that the network has learnt: it is taught the others alone
   * @returns {Promise<import("./lesson_set.js").OwnDigits?>} null where there are too few
   */
  async loadOwn(source, digits) {
    const { images, labels } = source === "class" ? this.#classDigits.load() : await loadPadDigits();
    const places = [...labels.keys()].filter((place) => isTaught(labels[place], digits));
    if (places.length < FEWEST) return null;
    const taken = new Uint8Array(places.length * PIXELS);
    places.forEach((place, n) => taken.set(images.subarray(place * PIXELS, (place + 1) * PIXELS), n * PIXELS));
    return { images: taken, labels: places.map((place) => labels[place]) };
  }

  /** Says what there is to learn from in this tab. @param {"all" | "half"} digits that the network has learnt */
  count(digits) {
    this.#digits = digits;
    const ofLabels = (labels) => labels.filter((label) => isTaught(label, digits)).length;
    const pad = labelledDigits(loadReadings()).labelled.map(({ label }) => label);
    const counts = { class: ofLabels(this.#classDigits.load().labels), pad: ofLabels(pad) };
    const most = Math.max(...Object.values(counts));
    if (counts[this.select.value] < FEWEST) this.select.value = Object.keys(counts).find((source) => counts[source] === most);
    const texts = [words.own.counts[digits](counts), most < FEWEST && words.own.tooFew(FEWEST)];
    this.part("own-digits").textContent = texts.filter(Boolean).join(" ");
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
    this.part("held-back").hidden = false;
    this.part("held-back-digits").replaceChildren(...heldBack.map(heldBackItem));
  }
}

const isTaught = (label, digits) => digits === "all" || halfOf(label) === 1;

async function loadPadDigits() {
  const { labelled } = labelledDigits(loadReadings());
  const images = new Uint8Array(labelled.length * PIXELS);
  const pixels = await Promise.all(labelled.map(({ image }) => readPixels(image)));
  pixels.forEach((each, place) => images.set(each.map((level) => Math.round(255 * level)), place * PIXELS));
  return { images, labels: labelled.map(({ label }) => label) };
}

/** @returns {HTMLTableElement} all figures before, and after each of the trainings, with their intervals */
function figuresTable({ remembering, alone }) {
  const any = remembering ?? alone;
  const before = any.frames[any.disturbance.position + 1]; // measured on own digits, too
  const shown = Object.entries({ before, remembering: remembering?.lastFrame, alone: alone?.lastFrame }).filter(([, frame]) => frame);
  const { rows, headings } = words.own;
  const head = ["", ...shown.map(([name]) => headings[name])];
  const row = (name, of) => [name, ...shown.map(([, frame]) => shareAndInterval(of(frame)))];
  const own = ({ ownAccuracy, ownTotal }) => ({ right: Math.round(ownAccuracy * ownTotal), total: ownTotal });
  if (any.knobs.digits === "half") {
    return table(head, [row(rows.ownHalf, own), row(rows.second, (frame) => frame.testHalves[1]), row(rows.first, (frame) => frame.testHalves[0])]);
  }
  const all = ({ testHalves: [one, other] }) => ({ right: one.right + other.right, total: one.total + other.total });
  return table(head, [row(rows.own, own), row(rows.test, all)]);
}

const shareAndInterval = ({ right, total }) =>
  element("span", {}, element("b", {}, words.own.share(right, total)), " ", element("small", {}, words.own.interval(wilsonInterval(right, total))));

function heldBackItem({ pixels, label, read: [before, now] }) {
  const canvas = pixelCanvas(pixels, words.worst.picture(label));
  const item = element("li", {}, canvas, element("span", {}, words.own.read(before, now)));
  item.classList.toggle("is-wrong", now !== label);
  return item;
}
