/**
 * Groups of pictures that look alike, such as sevens with a bar and without: hierarchical clustering of the pixels, upright
 * and blurred, by Ward's method (J. H. Ward 1963). The same pictures always give the same groups. Upright, because a slant
 * moves more pixels than a bar does; blurred, because strokes beside each other have no pixel in common.
 */

import { centreOfMass, SIDE, slantOf } from "../ui/pixels.js";

const SIGMA_PX = 2.5; // of the Gaussian blur
const REACH_PX = 3 * SIGMA_PX;

/**
 * @param {ArrayLike<number>[]} pictures 784 pixels each
 * @param {number} count of the groups to make; fewer where there are fewer pictures
 * @returns {number[][]} for each group the places of its pictures, from 0, in their order; the largest group first
 */
export function groupsOf(pictures, count) {
  const clusters = pictures.map((_, place) => [place]);
  const distances = squaredDistances(pictures.map(features));
  while (clusters.length > count) merge(clusters, distances, nearest(distances));
  return clusters.sort((one, other) => other.length - one.length || one[0] - other[0]);
}

/** @param {ArrayLike<number>} pixels @returns {Float64Array} upright, blurred, and as long, as a vector, as any other picture */
export function features(pixels) {
  const slant = slantOf(pixels);
  const { y: middle } = centreOfMass(pixels);
  const blurred = alongRows(alongRows(pixels, (row) => slant * (row + 0.5 - middle)), () => 0);
  const length = Math.hypot(...blurred) || 1;
  return blurred.map((value) => value / length);
}

/**
 * Returns a picture blurred from side to side, each row moved to the left, and transposed: twice, it is blurred both ways
 * and lies again as it did.
 */
function alongRows(pixels, shift) {
  const result = new Float64Array(SIDE * SIDE);
  for (let place = 0; place < pixels.length; place++) {
    if (pixels[place] === 0) continue;
    const row = Math.floor(place / SIDE);
    const centre = (place % SIDE) - shift(row);
    const last = Math.min(SIDE - 1, Math.floor(centre + REACH_PX));
    for (let to = Math.max(0, Math.ceil(centre - REACH_PX)); to <= last; to++) {
      result[to * SIDE + row] += pixels[place] * Math.exp(-((to - centre) ** 2) / (2 * SIGMA_PX ** 2));
    }
  }
  return result;
}

function squaredDistances(vectors) {
  const squared = (one, other) => one.reduce((sum, value, place) => sum + (value - other[place]) ** 2, 0);
  return vectors.map((one, row) => vectors.map((other, column) => (row === column ? Infinity : squared(one, other))));
}

/** @returns {[number, number]} the two clusters that are nearest to each other, the earlier first */
function nearest(distances) {
  let pair = [0, 1];
  for (let row = 0; row < distances.length; row++) {
    for (let column = row + 1; column < distances.length; column++) {
      if (distances[row][column] < distances[pair[0]][pair[1]]) pair = [row, column];
    }
  }
  return pair;
}

/** Joins two clusters; how far the others are from them together follows from how far they were (Lance, Williams 1967). */
function merge(clusters, distances, [one, other]) {
  const [n_one, n_other] = [clusters[one].length, clusters[other].length];
  for (let third = 0; third < clusters.length; third++) {
    if (third === one || third === other) continue;
    const n_third = clusters[third].length;
    const sum = (n_third + n_one) * distances[third][one] + (n_third + n_other) * distances[third][other];
    const joined = (sum - n_third * distances[one][other]) / (n_third + n_one + n_other);
    distances[third][one] = distances[one][third] = joined;
  }
  clusters[one] = [...clusters[one], ...clusters[other]].sort((first, second) => first - second);
  clusters.splice(other, 1);
  distances.splice(other, 1);
  for (const row of distances) row.splice(other, 1);
}
