/** What can be set of a training: the limits of each knob, its place in the address, and when it acts. */

import { inAddress, KNOBS, writeTo } from "../state.js";

/**
 * @typedef {{hidden: number, rate: number, batch: number, epochs: number, penalty: number, wrong: number, seed: number,
 *   digits: string, start: string, biases: string}} Knobs wrong is in percent
 * @typedef {import("../state.js").NumberProperty} NumberKnob
 */

/** What acts at once while a run learns; the others need a new beginning. */
export const LIVE = ["rate", "batch", "epochs", "penalty"];

export const NAMES = Object.keys(KNOBS);

const STEPS = 100; // of a slider with a logarithmic scale
const DECIMALS = 2; // significant ones, of what it gives

/** @returns {Knobs} */
export const usualKnobs = () => Object.fromEntries(NAMES.map((name) => [name, KNOBS[name].usual]));

/** @param {string} name of a knob @returns {boolean} whether one of a few values is chosen, and no number */
export const isChoice = (name) => "choices" in KNOBS[name];

/**
 * @param {URLSearchParams} query of the address
 * @returns {{knobs: Knobs, refused: string[], hidden: string[]}} the knobs that had no value that is possible, and have
 *   their usual one, or the nearest; and those that are not shown
 */
export function readKnobs(query) {
  const knobs = Object.fromEntries(NAMES.map((name) => [name, inAddress(name, query)]));
  const isAsAsked = (name, text) => (isChoice(name) ? text === knobs[name] : Number(text) === knobs[name] && text.trim() !== "");
  const refused = NAMES.filter((name) => query.has(name) && !isAsAsked(name, query.get(name)));
  return { knobs, refused, hidden: inAddress("hide", query).split(",").filter((name) => NAMES.includes(name)) };
}

/** @param {Knobs} knobs @param {string[]} hidden knobs @returns {string} the query of a link to the page */
export const linkQuery = (knobs, hidden) =>
  writeTo(new URLSearchParams(), { ...knobs, hide: hidden.join() }).toString().replaceAll("%2C", ",");

/** @param {Record<string, any>} values perhaps of a file @returns {Knobs} */
export const withinLimits = (values) =>
  Object.fromEntries(NAMES.map((name) => [name, KNOBS[name].read(values[name] ?? "")]));

/** @param {Knobs} knobs @returns {string[]} the names of those that have another value than usual */
export const unusualKnobs = (knobs) => NAMES.filter((name) => knobs[name] !== KNOBS[name].usual);

const ALWAYS_NAMED = ["hidden", "rate", "batch", "epochs"];

/** @param {Knobs} knobs @returns {string[]} the names of those that tell this run from others: four, and what is unusual */
export const tellingKnobs = (knobs) => [...new Set([...ALWAYS_NAMED, ...unusualKnobs(knobs)])];

/** @param {NumberKnob} knob @returns {{min: number, max: number, step: number}} of its slider */
export function sliderOf({ least, most, isWhole, isLogarithmic }) {
  if (isLogarithmic) return { min: 0, max: STEPS, step: 1 };
  return { min: least, max: most, step: isWhole ? 1 : (most - least) / STEPS };
}

/** @param {NumberKnob} knob @param {number} value @returns {number} where its slider stands */
export function positionOf({ least, most, isLogarithmic }, value) {
  return isLogarithmic ? Math.round((STEPS * Math.log(value / least)) / Math.log(most / least)) : value;
}

/** @param {NumberKnob} knob @param {number} position of its slider @returns {number} */
export function valueAt({ least, most, isWhole, isLogarithmic }, position) {
  if (!isLogarithmic) return position;
  const value = least * (most / least) ** (position / STEPS);
  return isWhole ? Math.round(value) : Number(value.toPrecision(DECIMALS));
}
