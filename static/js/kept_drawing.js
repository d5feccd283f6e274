/**
 * Keeps the drawing and what undo and redo lead to in this tab of the browser, over a reload, until the tab is closed.
 * Drawings share strokes, so each stroke is kept once.
 */

import { EMPTY } from "./strokes.js";

const KEY = "inkling-drawing";
const DECIMALS = 4;
const MOST_STATES = 50;
const MOST_CHARACTERS = 150_000; // the last readings leave room for 200,000: a hundred strokes

/**
 * @typedef {import("./strokes.js").Drawing} Drawing
 * @typedef {{states: Drawing[], place: number}} Drawings in order, and the place of the present one
 */

/** @returns {Drawings} the kept ones, or an empty one */
export function loadDrawings() {
  try {
    const { strokes, states, place } = JSON.parse(sessionStorage.getItem(KEY));
    const drawings = states.map((state) => ({ ...state, strokes: state.strokes.map((number) => strokes[number]) }));
    if (drawings.every(isDrawing) && drawings[place]) return { states: drawings, place };
  } catch {
    // nothing is kept, or in another form by another version of the page; or the browser forbids storage
  }
  return { states: [EMPTY], place: 0 };
}

/** Whether the page can draw it. */
function isDrawing({ squares, strokes }) {
  const isPlace = ({ x, y }) => Number.isFinite(x) && Number.isFinite(y);
  return [1, 2].includes(squares) && strokes.every(({ points }) => points.length > 0 && points.every(isPlace));
}

/** Keeps as many as there is room for, the present one before all. @param {Drawings} drawings */
export function keepDrawings(drawings) {
  for (let kept = nearest(drawings, MOST_STATES); ; kept = nearest(kept, Math.ceil(kept.states.length / 2))) {
    const json = toJson(kept);
    const isLast = kept.states.length === 1;
    if ((json.length <= MOST_CHARACTERS || isLast) && (isStored(json) || isLast)) return;
  }
}

/** Returns at most so many states around the present one. */
function nearest({ states, place }, count) {
  const start = Math.max(0, Math.min(place - Math.floor(count / 2), states.length - count));
  return { states: states.slice(start, start + count), place: place - start };
}

function toJson({ states, place }) {
  const strokes = [...new Set(states.flatMap((state) => state.strokes))];
  const numbers = new Map(strokes.map((stroke, number) => [stroke, number]));
  const numbered = states.map((state) => ({ ...state, strokes: state.strokes.map((stroke) => numbers.get(stroke)) }));
  const round = (key, value) => (typeof value === "number" ? Number(value.toFixed(DECIMALS)) : value);
  return JSON.stringify({ strokes, states: numbered, place }, round);
}

/** @returns {boolean} whether there was room for it */
function isStored(json) {
  try {
    sessionStorage.setItem(KEY, json);
    return true;
  } catch {
    return false; // or the browser forbids storage: the drawing is then lost when the page is reloaded
  }
}
