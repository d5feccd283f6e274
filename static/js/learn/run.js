/**
 * A training that has been watched so far: its frames, and what leads to them again. It is saved as its knobs, its seed and
 * what was changed meanwhile, which give the same weights in any browser.
 *
 * @typedef {import("./training.js").Frame} Frame
 * @typedef {{position: number, knobs?: object, kind?: "silence" | "shake" | "teach", neuron?: number, source?: "class" | "pad",
 *   isRemembering?: boolean}} Change of knobs, or of the network, when the frame at this position was the last one
 */

import { activationNames, OUTPUTS, PIXELS } from "../network/article.js";
import { keepInTab, loadFromTab } from "../ui/store.js";
import { withinLimits } from "./knobs.js";

const FORMAT = "inkling-run";
const VERSION = 2;
const MOST_BYTES = 100_000;
const MOST_CHANGES = 1000;
const MOST_FRAMES = 2000;
const KINDS = ["silence", "shake", "teach"];
const KEY = "inkling-run"; // in the tab

export class Run {
  frames = [];
  changes = [];
  /** What is read wrong at its last frame, if it was asked for. @type {{worst: object[], confusion: number[][], step: number}?} */
  results = null;

  /**
   * @param {number} id by which the worker knows it
   * @param {import("./knobs.js").Knobs} knobs that it began with
   */
  constructor(id, knobs) {
    Object.assign(this, { id, knobs, firstKnobs: knobs });
  }

  /** @param {{frame: Frame, firstExample: object}} begun */
  begin({ frame, firstExample }) {
    this.frames = [frame];
    this.firstExample = firstExample;
  }

  /** @param {Frame} frame that follows */
  add(frame) {
    this.frames.push(frame);
    this.results = null;
  }

  /** Knobs that acted at once. @param {import("./knobs.js").Knobs} knobs @param {Frame} frame after them: the last one, with another end */
  addKnobs(knobs, frame) {
    this.knobs = knobs;
    const { rate, batch, epochs, penalty } = knobs;
    const position = this.frames.length - 1;
    this.changes = this.changes.filter((change) => !(change.knobs && change.position === position));
    this.changes.push({ position, knobs: { rate, batch, epochs, penalty } });
    this.frames[position] = frame;
    this.results = null;
  }

  /** @param {Change} disturbance without its position @param {Frame} frame what it reads then */
  addDisturbance(disturbance, frame) {
    this.changes.push({ ...disturbance, position: this.frames.length - 1 });
    this.add(frame);
  }

  /** @param {number} id @returns {Run} another one that begins with the same frames */
  fork(id) {
    return Object.assign(new Run(id, this.firstKnobs), {
      ...{ knobs: this.knobs, firstExample: this.firstExample, frames: [...this.frames], changes: [...this.changes] },
    });
  }

  get lastFrame() {
    return this.frames.at(-1);
  }

  get isOver() {
    return this.lastFrame.isLast;
  }

  get hidden() {
    return this.knobs.hidden;
  }

  /** Whether digits of its own were held back to measure. */
  get hasOwn() {
    return this.lastFrame.ownAccuracy !== null;
  }

  /** The last change of the network itself. @type {Change?} */
  get disturbance() {
    return this.changes.findLast(({ kind }) => kind) ?? null;
  }

  /** @param {number} position of a frame @returns {import("../network/article.js").Layers} */
  layersAt(position) {
    return layersOf(this.frames[position].parameters, this.knobs);
  }
}

/** @param {Float32Array} vector weights of the hidden layer, of the output layer, then the biases of both */
function layersOf(vector, knobs) {
  const { hidden } = knobs;
  const names = activationNames(knobs);
  let place = 0;
  const take = (count) => vector.subarray(place, (place += count));
  const [weights, outputWeights] = [take(PIXELS * hidden), take(hidden * OUTPUTS)];
  const [biases, outputBiases] = [take(hidden), take(OUTPUTS)];
  return {
    hidden: { weights, biases, activation: names.hidden },
    output: { weights: outputWeights, biases: outputBiases, activation: names.output },
  };
}

/** @typedef {{knobs: import("./knobs.js").Knobs, changes: Change[], frames: number, testAccuracy: number}} Recipe of a run */

/** Why a file is not opened. */
export class BadFile extends Error {
  /** @param {"large" | "json" | "format" | "version" | "damaged" | "own" | "other"} fault */
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/** @param {Run} run @returns {object} what leads to the same run again */
export function recipeOf({ firstKnobs, changes, frames, lastFrame }) {
  const end = { frames: frames.length, testAccuracy: lastFrame.testAccuracy };
  return { format: FORMAT, version: VERSION, knobs: firstKnobs, changes, ...end };
}

/** @param {Blob} file @returns {Promise<Recipe>} @throws {BadFile} */
export async function openFile(file) {
  if (file.size > MOST_BYTES) throw new BadFile("large");
  const content = await new Response(file).json().catch(() => {
    throw new BadFile("json");
  });
  return parseRecipe(content);
}

/** @param {any} content @returns {Recipe} @throws {BadFile} */
function parseRecipe(content) {
  if (content?.format !== FORMAT) throw new BadFile("format");
  if (content.version !== VERSION) throw new BadFile("version");
  const { knobs, changes, frames, testAccuracy } = content;
  if (!isCount(frames) || !(testAccuracy >= 0) || !isObject(knobs) || !areChanges(changes)) throw new BadFile("damaged");
  const within = withinLimits(knobs);
  return { knobs: within, changes: changes.map((each) => possibleChange(each, within)), frames, testAccuracy };
}

/** @returns {Change} with knobs, or a neuron, that are possible */
function possibleChange({ knobs, neuron, ...change }, first) {
  if (knobs) return { ...change, knobs: withinLimits({ ...first, ...knobs }) };
  return { ...change, neuron: Math.min(Math.max(Math.trunc(neuron) || 0, 0), first.hidden - 1) };
}

const isCount = (value) => Number.isInteger(value) && value >= 0 && value <= MOST_FRAMES;
const areChanges = (changes) => Array.isArray(changes) && changes.length <= MOST_CHANGES && changes.every(isChange);
const isChange = (change) => isCount(change?.position) && (isObject(change.knobs) || KINDS.includes(change.kind));
const isObject = (value) => typeof value === "object" && value !== null;

/** Keeps a run in this tab, for a reload and for the page in another language. @param {Run} run @returns {string} its name, which no other has */
export function keepRun(run) {
  const name = Date.now().toString(36);
  keepInTab(KEY, { ...recipeOf(run), name });
  return name;
}

/** @returns {(Recipe & {name: string})?} null where nothing is kept, or nothing that can be repeated */
export function loadRun() {
  const kept = loadFromTab(KEY);
  try {
    return { ...parseRecipe(kept), name: kept.name };
  } catch {
    return null;
  }
}
