/**
 * Drawings as strokes: their geometry, how they are drawn on a canvas, and how a tab of the browser keeps them with what undo
 * and redo lead to. Positions are in units of the pad's height, from its top left.
 */

import { keepWhatFits, loadFromTab } from "../ui/store.js";

export const BETWEEN_STROKES_MS = 700; // longer than between two strokes of a digit
const MARGIN = 1 / 10; // around strokes that fill a pad of another shape
const MIN_DISTANCE = 1 / 120; // closer points are noise
const DOT_LENGTH = 1e-4; // browsers disagree whether a line of no length has round ends
const PEN_WIDTH = 1 / 20; // of the pad's height: a wider pen fills small loops, of three or four digits on the square pad
const EXPORT_HEIGHT_PX = 280;
const INK = "#111";
const PAPER = "#fff";

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{points: Point[], pointerType: string, time_ms: number}} Stroke its type is that of PointerEvent, or
 *   "keyboard"; it began at this time, since 1970, which tells it from others
 * @typedef {{strokes: Stroke[], squares: number}} Drawing and the width of its pad
 */

export const EMPTY = { strokes: [], squares: 1 };

/** @returns {Stroke} the stroke with one more point, or the same stroke if the point is too close to its last one */
export function extended(stroke, point) {
  const last = stroke.points.at(-1);
  if (Math.hypot(point.x - last.x, point.y - last.y) < MIN_DISTANCE) return stroke;
  return { ...stroke, points: [...stroke.points, point] };
}

/**
 * Adds a stroke to a path as quadratic Bézier curves from middle to middle of its segments, which are tangents there:
 * so the curve bulges beyond no corner.
 * @param {{moveTo: Function, lineTo: Function, quadraticCurveTo: Function}} path as of a canvas
 * @param {Point[]} points at least one
 */
export function trace(path, points) {
  const [first] = points;
  const last = points.at(-1);
  path.moveTo(first.x, first.y);
  points.slice(1, -1).forEach(({ x, y }, place) => {
    const next = points[place + 2];
    path.quadraticCurveTo(x, y, (x + next.x) / 2, (y + next.y) / 2);
  });
  path.lineTo(points.length > 1 ? last.x : last.x + DOT_LENGTH, last.y);
}

/** Draws on a canvas what is read of a drawing: as large on every screen. @returns the canvas */
export function drawnAsSent(canvas, drawing) {
  Object.assign(canvas, { width: EXPORT_HEIGHT_PX * drawing.squares, height: EXPORT_HEIGHT_PX });
  drawOn(canvas, drawing);
  return canvas;
}

/** Draws on a canvas of any size, dark on white. @param {import("./drawing.js").Drawing} drawing as wide as the canvas */
export function drawOn(canvas, { strokes, squares }) {
  const context = canvas.getContext("2d", { alpha: false }); // opaque, also in the file that is sent
  context.setTransform(canvas.height, 0, 0, canvas.height, 0, 0);
  context.fillStyle = PAPER;
  context.fillRect(0, 0, squares, 1);
  context.strokeStyle = INK;
  context.lineWidth = PEN_WIDTH;
  context.lineCap = context.lineJoin = "round";
  for (const { points } of strokes) {
    context.beginPath();
    trace(context, points);
    context.stroke();
  }
}

/** @returns {Drawing} a drawing for a pad of another width: scaled as far as it fits, and kept near the pad's middle */
export function reshaped(drawing, squares) {
  if (squares === drawing.squares) return drawing;
  const points = drawing.strokes.flatMap((stroke) => stroke.points);
  if (points.length === 0) return { strokes: [], squares };
  const across = range(points.map(({ x }) => x));
  const down = range(points.map(({ y }) => y));
  const factor = Math.min(
    Math.max(squares / drawing.squares, 1),
    (squares - 2 * MARGIN) / (across.end - across.start),
    (1 - 2 * MARGIN) / (down.end - down.start),
  );
  const placeAcross = placing(across, factor, drawing.squares, squares);
  const placeDown = placing(down, factor, 1, 1);
  const place = ({ x, y }) => ({ x: placeAcross(x), y: placeDown(y) });
  const strokes = drawing.strokes.map((stroke) => ({ ...stroke, points: stroke.points.map(place) }));
  return { strokes, squares };
}

const range = (numbers) => ({ start: Math.min(...numbers), end: Math.max(...numbers) });

/** Returns how positions along one side, where the strokes take a range, change when the side does. */
function placing({ start, end }, factor, side, newSide) {
  const centred = newSide / 2 + (start - side / 2) * factor;
  const last = newSide - MARGIN - (end - start) * factor;
  const newStart = Math.min(Math.max(centred, MARGIN), last);
  return (position) => newStart + (position - start) * factor;
}

const KEY = "inkling-drawing";
const DECIMALS = 4;
const MOST_STATES = 50;
const MOST_CHARACTERS = 150_000; // the last readings leave room for 200,000: a hundred strokes

/** @typedef {{states: Drawing[], place: number}} Drawings in order, and the place of the present one */

/** @returns {Drawings} the kept ones, or an empty one where nothing is kept, or in the form of another version of the page */
export function loadDrawings() {
  try {
    const { strokes, states, place } = loadFromTab(KEY);
    const drawings = states.map((state) => ({ ...state, strokes: state.strokes.map((number) => strokes[number]) }));
    if (drawings.every(isDrawing) && drawings[place]) return { states: drawings, place };
  } catch {
    // it is of another form
  }
  return { states: [EMPTY], place: 0 };
}

function isDrawing({ squares, strokes }) {
  const isPlace = ({ x, y }) => Number.isFinite(x) && Number.isFinite(y);
  return [1, 2].includes(squares) && strokes.every(({ points }) => points.length > 0 && points.every(isPlace));
}

/** Keeps as many as there is room for, the present one before all. @param {Drawings} drawings */
export const keepDrawings = (drawings) => keepWhatFits(KEY, fewerAndFewer(drawings));

function* fewerAndFewer(drawings) {
  for (let kept = nearest(drawings, MOST_STATES); ; kept = nearest(kept, Math.ceil(kept.states.length / 2))) {
    const numbered = withNumbers(kept);
    const isLast = kept.states.length === 1;
    if (isLast || JSON.stringify(numbered).length <= MOST_CHARACTERS) yield numbered;
    if (isLast) return;
  }
}

/** Returns at most so many states around the present one. */
function nearest({ states, place }, count) {
  const start = Math.max(0, Math.min(place - Math.floor(count / 2), states.length - count));
  return { states: states.slice(start, start + count), place: place - start };
}

/** Returns drawings with numbers in place of their strokes, of which each is there once, and with rounded positions. */
function withNumbers({ states, place }) {
  const all = [...new Set(states.flatMap((state) => state.strokes))];
  const numbers = new Map(all.map((stroke, number) => [stroke, number]));
  const rounded = (value) => Number(value.toFixed(DECIMALS));
  const strokes = all.map((stroke) => ({ ...stroke, points: stroke.points.map(({ x, y }) => ({ x: rounded(x), y: rounded(y) })) }));
  return { strokes, states: states.map((state) => ({ ...state, strokes: state.strokes.map((stroke) => numbers.get(stroke)) })), place };
}
