/** Where numbers lie on a chart. */

/**
 * Mini-batches on a scale where each ten times as many are as far away: the first twenty change the most.
 * @param {number} last
 * @param {number} length of the axis
 * @returns {(step: number) => number}
 */
export const stepScale = (last, length) => (step) => (length * Math.log10(1 + step)) / Math.log10(1 + Math.max(last, 1));

/** @param {number} last @returns {number[]} 0, 1, 10, 100 ... up to the last */
export function stepTicks(last) {
  const ticks = [0];
  for (let tick = 1; tick <= last; tick *= 10) ticks.push(tick);
  return ticks;
}

/** @param {number} most that is on the axis @param {number} length @returns {(value: number) => number} from the top */
export const heightScale = (most, length) => (value) => length * (1 - Math.min(Math.max(value / most, 0), 1));

/**
 * @param {number[]} values
 * @returns {number} a round number, 1, 2 or 5 times a power of ten, that none of them exceeds
 */
export function roundLimit(values) {
  const most = Math.max(...values.filter(Number.isFinite), 0);
  if (most === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * power).find((limit) => limit >= most) ?? most;
}

/**
 * @param {{x: number, y: number?}[]} points those without a height interrupt the line
 * @returns {string} the path of an SVG
 */
export function linePath(points) {
  let isPenDown = false;
  const parts = points.map(({ x, y }) => {
    const command = isPenDown ? "L" : "M";
    isPenDown = y !== null;
    return isPenDown ? `${command}${x.toFixed(1)} ${y.toFixed(1)}` : "";
  });
  return parts.join("");
}
