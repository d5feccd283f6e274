/**
 * The corner squares of a class sheet in a photograph (ArUco: S. Garrido-Jurado and others, "Automatic generation and detection of
 * highly reliable fiducial markers under occlusion", 2014), as nn/reading/class_sheet/markers.py finds them.
 *
 * @typedef {import("../network/ink_to_mnist.js").Grey} Grey
 * @typedef {[number, number]} Point x and y
 * @typedef {{marker: number, corners: Point[]}} Marker its number, and its corners clockwise as printed, from the top left
 */

const WINDOWS_PX = [15, 45]; // in which a pixel is compared with the mean
const MIN_DARKER_LEVELS = 7; // of 255, of a pixel below that mean
const MIN_SIDE = 0.014; // of a marker, over the picture's longer side
const SQUARES = 7; // of a side, with the black frame
const SAMPLES = [0.3, 0.5, 0.7]; // places in a square, across and down
const MAX_WRONG_IN_FRAME = 4; // of its 24 squares
const MAX_WRONG_BITS = 2; // the codes of the dictionary differ in five or more

/**
 * @param {Grey} grey a photograph
 * @param {number[]} codes of the markers by their numbers: 25 bits, row by row, the first one the highest; 1 is white
 * @returns {Marker[]} each that is found, once
 */
export function findMarkers(grey, codes) {
  const found = new Map();
  const leastSide = MIN_SIDE * Math.max(grey.width, grey.height);
  for (const window of WINDOWS_PX) {
    for (const places of components(darkPixels(grey, window), grey.width, 4 * leastSide)) {
      const corners = cornersOf(places, grey.width, leastSide);
      const marker = corners && decode(grey, corners, codes);
      if (marker && !found.has(marker.marker)) found.set(marker.marker, marker);
    }
  }
  return [...found.values()];
}

/** @returns {Uint8Array} 1 where a pixel is darker than the mean of the window around it */
function darkPixels({ pixels, width, height }, window) {
  const stride = width + 1;
  const sums = new Uint32Array(stride * (height + 1)); // of all pixels above and to the left
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      row += pixels[y * width + x];
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
    }
  }
  const reach = (window - 1) / 2;
  const dark = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach) * stride, Math.min(height, y + reach + 1) * stride];
    const rows = (bottom - top) / stride;
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
      dark[y * width + x] = (pixels[y * width + x] + MIN_DARKER_LEVELS) * rows * (right - left) < sum ? 1 : 0;
    }
  }
  return dark;
}

/**
 * @param {Uint8Array} mask is emptied
 * @param {number} least pixels
 * @returns {Int32Array[]} the places of the pixels of each component (of 8 neighbours) that is not smaller
 */
export function components(mask, width, least) {
  const found = [];
  const queue = new Int32Array(mask.length);
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start]) continue;
    let [next, end] = [0, 1];
    queue[0] = start;
    mask[start] = 0;
    while (next < end) {
      const place = queue[next++];
      const x = place % width;
      for (let row = place - width; row <= place + width; row += width) {
        for (let at = row - (x > 0 ? 1 : 0); at <= row + (x < width - 1 ? 1 : 0); at++) {
          if (mask[at]) {
            mask[at] = 0;
            queue[end++] = at;
          }
        }
      }
    }
    if (end >= least) found.push(queue.slice(0, end));
  }
  return found;
}

/**
 * Returns the corners of what may be a square in perspective: the point farthest from the middle, the one opposite, and the farthest
 * on both sides of the diagonal between them.
 * @returns {Point[]?} clockwise; null where the sides are too short or the shape is too thin
 */
function cornersOf(places, width, leastSide) {
  const point = (place) => [(place % width) + 0.5, Math.floor(place / width) + 0.5];
  const farthest = (distance) => {
    let [best, most] = [0, -Infinity];
    for (let n = 0; n < places.length; n++) {
      const far = distance(places[n] % width, Math.floor(places[n] / width));
      if (far > most) [best, most] = [places[n], far];
    }
    return best;
  };
  const from = (place) => {
    const [left, top] = [place % width, Math.floor(place / width)];
    return (x, y) => (x - left) ** 2 + (y - top) ** 2;
  };
  const [x, y] = [places.reduce((sum, place) => sum + (place % width), 0), places.reduce((sum, place) => sum + Math.floor(place / width), 0)];
  const [middleX, middleY] = [x / places.length, y / places.length];
  const first = farthest((left, top) => (left - middleX) ** 2 + (top - middleY) ** 2);
  const opposite = farthest(from(first));
  const [a, c] = [point(first), point(opposite)];
  const across = (left, top) => (c[0] - a[0]) * (top + 0.5 - a[1]) - (c[1] - a[1]) * (left + 0.5 - a[0]);
  const b = point(farthest((left, top) => -across(left, top)));
  const d = point(farthest(across));
  const corners = [a, b, c, d];
  const sides = corners.map((corner, n) => Math.hypot(corner[0] - corners[(n + 1) % 4][0], corner[1] - corners[(n + 1) % 4][1]));
  return Math.min(...sides) < 0.7 * leastSide || Math.max(...sides) > 3 * Math.min(...sides) ? null : corners;
}

const SQUARE = [[0, 0], [SQUARES, 0], [SQUARES, SQUARES], [0, SQUARES]];

/** @returns {Marker?} that is between four corners */
function decode(grey, corners, codes) {
  const map = homography(SQUARE, corners);
  if (!map) return null;
  const levels = Array.from({ length: SQUARES ** 2 }, (_, n) => levelIn(grey, map, n % SQUARES, Math.floor(n / SQUARES)));
  const isFrame = (n) => [0, SQUARES - 1].includes(n % SQUARES) || n < SQUARES || n >= SQUARES * (SQUARES - 1);
  const frame = levels.filter((_, n) => isFrame(n));
  const middle = (frame.reduce((sum, level) => sum + level, 0) / frame.length + Math.max(...levels)) / 2;
  if (frame.filter((level) => level > middle).length > MAX_WRONG_IN_FRAME) return null;
  let bits = levels.filter((_, n) => !isFrame(n)).map((level) => Number(level > middle));
  for (let turn = 0; turn < 4; turn++) {
    const code = bits.reduce((number, bit) => number * 2 + bit, 0);
    const marker = codes.findIndex((each) => countBits(each ^ code) <= MAX_WRONG_BITS);
    if (marker >= 0) return { marker, corners: corners.map((_, n) => corners[(n + turn) % 4]) };
    bits = bits.map((_, n) => bits[(n % 5) * 5 + 4 - Math.floor(n / 5)]); // turned to the left
  }
  return null;
}

/** @returns {number} the mean of some levels in a square */
function levelIn({ pixels, width, height }, map, column, row) {
  let sum = 0;
  for (const down of SAMPLES) {
    for (const right of SAMPLES) {
      const [x, y] = map(column + right, row + down);
      const [left, top] = [Math.min(Math.max(Math.floor(x), 0), width - 1), Math.min(Math.max(Math.floor(y), 0), height - 1)];
      sum += pixels[top * width + left];
    }
  }
  return sum / SAMPLES.length ** 2;
}

function countBits(number) {
  let count = 0;
  for (let rest = number; rest; rest &= rest - 1) count++;
  return count;
}

/**
 * Returns the map in perspective that fits points best: the least squares of the direct linear transformation (R. Hartley,
 * A. Zisserman, "Multiple View Geometry", 4.1), its last number 1.
 * @param {Point[]} from @param {Point[]} to four or more
 * @returns {((x: number, y: number) => Point)?} null where the points are on a line
 */
export function homography(from, to) {
  const rows = from.flatMap(([x, y], n) => {
    const [u, v] = to[n];
    return [
      [x, y, 1, 0, 0, 0, -u * x, -u * y, u],
      [0, 0, 0, x, y, 1, -v * x, -v * y, v],
    ];
  });
  const size = 8;
  const normal = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size + 1 }, (_, j) => rows.reduce((sum, row) => sum + row[i] * row[j], 0)),
  );
  const h = solved(normal);
  if (!h) return null;
  return (x, y) => {
    const depth = h[6] * x + h[7] * y + 1;
    return [(h[0] * x + h[1] * y + h[2]) / depth, (h[3] * x + h[4] * y + h[5]) / depth];
  };
}

/** Gaussian elimination with pivots. @param {number[][]} rows each with its right side last @returns {number[]?} */
function solved(rows) {
  const size = rows.length;
  for (let i = 0; i < size; i++) {
    const pivot = rows.slice(i).reduce((best, row, n) => (Math.abs(row[i]) > Math.abs(rows[best][i]) ? i + n : best), i);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    if (Math.abs(rows[i][i]) < 1e-12) return null;
    for (let other = 0; other < size; other++) {
      if (other === i) continue;
      const factor = rows[other][i] / rows[i][i];
      for (let j = i; j <= size; j++) rows[other][j] -= factor * rows[i][j];
    }
  }
  return rows.map((row, i) => row[size] / row[i]);
}
