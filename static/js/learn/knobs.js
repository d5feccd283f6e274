/** What can be set of a training: the limits of each knob, its place in the address, and when it acts. */

/**
 * @typedef {{hidden: number, rate: number, batch: number, epochs: number, penalty: number, wrong: number, seed: number,
 *   digits: string, start: string, biases: string}} Knobs wrong is in percent
 * @typedef {{least: number, most: number, usual: number, isWhole?: boolean, isLogarithmic?: boolean}} NumberKnob
 */

/** @type {Record<string, NumberKnob>} */
export const NUMBERS = {
  hidden: { least: 1, most: 100, usual: 15, isWhole: true },
  rate: { least: 0.001, most: 30, usual: 3, isLogarithmic: true },
  batch: { least: 1, most: 1000, usual: 10, isWhole: true, isLogarithmic: true },
  epochs: { least: 1, most: 30, usual: 3, isWhole: true },
  penalty: { least: 0, most: 0.01, usual: 0.00002 },
  wrong: { least: 0, most: 100, usual: 0, isWhole: true },
  seed: { least: 0, most: 2 ** 32 - 1, usual: 1, isWhole: true },
};

/** The first choice is the usual one. */
export const CHOICES = {
  digits: ["all", "half"],
  start: ["random", "zero"],
  biases: ["yes", "no"],
};

/** What acts at once while a run learns; the others need a new beginning. */
export const LIVE = ["rate", "batch", "epochs", "penalty"];

export const NAMES = [...Object.keys(NUMBERS), ...Object.keys(CHOICES)];

const STEPS = 100; // of a slider with a logarithmic scale
const DECIMALS = 2; // significant ones, of what it gives
const HIDE = "hide";

/** @returns {Knobs} */
export const usualKnobs = () => Object.fromEntries(NAMES.map((name) => [name, usual(name)]));

const usual = (name) => (name in NUMBERS ? NUMBERS[name].usual : CHOICES[name][0]);

/**
 * @param {URLSearchParams} query of the address
 * @returns {{knobs: Knobs, refused: string[], hidden: string[]}} the knobs that had no value that is possible, and have
 *   their usual one, or the nearest; and those that are not shown
 */
export function readKnobs(query) {
  const knobs = usualKnobs();
  const refused = [];
  for (const name of NAMES.filter((each) => query.has(each))) {
    const text = query.get(name);
    knobs[name] = possible(name, text);
    const isAsAsked = name in NUMBERS ? Number(text) === knobs[name] && text.trim() !== "" : text === knobs[name];
    if (!isAsAsked) refused.push(name);
  }
  const hidden = (query.get(HIDE) ?? "").split(",").filter((name) => NAMES.includes(name));
  return { knobs, refused, hidden };
}

/** @param {string} name of a knob @param {string | number} value @returns {number | string} it, or the nearest that is possible */
export function possible(name, value) {
  if (name in CHOICES) return CHOICES[name].includes(value) ? value : usual(name);
  const { least, most, isWhole } = NUMBERS[name];
  const number = String(value).trim() === "" ? NaN : Number(value);
  if (!Number.isFinite(number)) return usual(name);
  const within = Math.min(Math.max(number, least), most);
  return isWhole ? Math.round(within) : within;
}

/** @param {Knobs} knobs @returns {Record<string, string | null>} changes of the address: the usual values are not in it */
export const toQuery = (knobs) =>
  Object.fromEntries(NAMES.map((name) => [name, knobs[name] === usual(name) ? null : String(knobs[name])]));

/** @param {Knobs} knobs @param {string[]} hidden knobs @returns {string} the query of a link to the page */
export function linkQuery(knobs, hidden) {
  const query = new URLSearchParams(Object.entries(toQuery(knobs)).filter(([, value]) => value !== null));
  if (hidden.length > 0) query.set(HIDE, hidden.join());
  return query.toString().replaceAll("%2C", ",");
}

/** @param {Record<string, any>} values perhaps of a file @returns {Knobs} */
export const withinLimits = (values) =>
  Object.fromEntries(NAMES.map((name) => [name, possible(name, values[name] ?? "")]));

/** @param {Knobs} knobs @returns {string[]} the names of those that have another value than usual */
export const unusualKnobs = (knobs) => NAMES.filter((name) => knobs[name] !== usual(name));

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
