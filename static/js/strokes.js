/** The geometry of strokes, without a canvas. */

const MARGIN = 1 / 10; // in units of the pad's height, around strokes that fill a pad of another shape

/**
 * @typedef {{x: number, y: number, time: number, pressure: number}} Point in CSS pixels of the pad
 * @typedef {{points: Point[]}} Stroke
 * @typedef {{width: number, height: number}} Size of a pad in CSS pixels
 */

/** @param {number} x @param {number} y @returns {Point} */
export const point = (x, y) => ({ x, y, time: Date.now(), pressure: 0.5 });

/**
 * Returns the strokes for a pad of another size, without the pen's width: the pad sets its own.
 * @param {Stroke[]} strokes
 * @param {number} factor
 * @returns {Stroke[]}
 */
export const scaled = (strokes, factor) =>
  moved(strokes, ({ x, y }) => ({ x: x * factor, y: y * factor }));

/**
 * Returns the strokes for a pad of another shape: scaled with the pad, as far as they fit, and kept near
 * its middle.
 * @param {Stroke[]} strokes
 * @param {Size} from
 * @param {Size} to
 * @returns {Stroke[]}
 */
export function reshaped(strokes, from, to) {
  const points = strokes.flatMap((stroke) => stroke.points);
  const margin = to.height * MARGIN;
  const across = range(points.map(({ x }) => x));
  const down = range(points.map(({ y }) => y));
  const factor = Math.min(
    Math.max(to.width / from.width, to.height / from.height),
    (to.width - 2 * margin) / (across.end - across.start),
    (to.height - 2 * margin) / (down.end - down.start),
  );
  const place = ({ start, end }, size, newSize) => {
    const centred = newSize / 2 + (start - size / 2) * factor;
    const last = newSize - margin - (end - start) * factor;
    const newStart = Math.min(Math.max(centred, margin), last);
    return (part) => newStart + (part - start) * factor;
  };
  const placeAcross = place(across, from.width, to.width);
  const placeDown = place(down, from.height, to.height);
  return moved(strokes, ({ x, y }) => ({ x: placeAcross(x), y: placeDown(y) }));
}

const range = (numbers) => ({ start: Math.min(...numbers), end: Math.max(...numbers) });

const moved = (strokes, move) =>
  strokes.map(({ points }) => ({ points: points.map((each) => ({ ...each, ...move(each) })) }));

/**
 * Returns the stroke with its last point repeated: the library draws the curve up to the second-to-last.
 * @param {Stroke} stroke
 * @returns {Stroke}
 */
export const completed = (stroke) => ({ ...stroke, points: [...stroke.points, stroke.points.at(-1)] });
