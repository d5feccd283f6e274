/** Geometry of strokes, apart from any canvas. */

/**
 * @typedef {{x: number, y: number, time: number, pressure: number}} Point in CSS pixels of the pad
 * @typedef {{points: Point[]}} Stroke
 */

/** @param {number} x @param {number} y @returns {Point} */
export const point = (x, y) => ({ x, y, time: Date.now(), pressure: 0.5 });

/**
 * Strokes for a pad of another size. The pen's width is left out, so that the pad sets its own.
 * @param {Stroke[]} strokes
 * @param {number} factor
 * @returns {Stroke[]}
 */
export function scaled(strokes, factor) {
  return strokes.map(({ points }) => ({
    points: points.map((each) => ({ ...each, x: each.x * factor, y: each.y * factor })),
  }));
}

/**
 * The stroke with its last point doubled: the library draws a curve up to the last point but one.
 * @param {Stroke} stroke
 * @returns {Stroke}
 */
export const completed = (stroke) => ({ ...stroke, points: [...stroke.points, stroke.points.at(-1)] });
