/** Sets of points of two classes in a plane, the same ones each time. */

import { normalNumbers, spawn } from "../network/random.js";

export const N_POINTS = 200;
export const LIMIT = 5; // of both coordinates: from -5 to 5

const SEED = 7;
const CLOUD = 2; // from the middle of the plane to that of a cloud, along each axis
const [INNER, OUTER_FROM, OUTER_TO] = [2, 3.2, 4.7]; // radii of the disc and of the ring about it
const [GAP, SIDE] = [0.4, 4.2]; // of the squares of the exclusive or
const [SPIRAL_FROM, SPIRAL_TO, GRAIN] = [0.4, 4.8, 0.1]; // radii of its arms, and how far points are beside them

/** @param {() => number} uniform @param {number} from @param {number} to */
const between = (uniform, from, to) => from + (to - from) * uniform();

const polar = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];

/**
 * How a point of each set lies: of class 0 or 1, and how far it is among those of its class, 0..1.
 * @type {Record<string, (label: number, part: number, uniform: () => number, normal: () => number) => number[]>}
 */
const SETS = {
  circle: (label, _, uniform) => polar(label ? between(uniform, 0, INNER) : between(uniform, OUTER_FROM, OUTER_TO), 2 * Math.PI * uniform()),
  clouds: (label, _, __, normal) => [0, 0].map(() => (label ? CLOUD : -CLOUD) + normal()),
  xor: (label, _, uniform) => {
    const [x, y] = [between(uniform, GAP, GAP + SIDE), between(uniform, GAP, GAP + SIDE)];
    const side = uniform() < 0.5 ? 1 : -1;
    return [side * x, (label ? side : -side) * y];
  },
  spiral: (label, part, _, normal) =>
    polar(SPIRAL_FROM + (SPIRAL_TO - SPIRAL_FROM) * part, Math.PI * (0.5 - 2 * part - label)).map((each) => each + GRAIN * normal()),
};

/** The names of the sets, the usual one first. */
export const SET_NAMES = Object.keys(SETS);

/** @param {string} name of a set @returns {import("../network/network.js").Examples} x and y of each point, and its class */
export function pointsOf(name) {
  const [uniform] = spawn(SEED, 1);
  const normal = normalNumbers(uniform);
  const labels = Uint8Array.from({ length: N_POINTS }, (_, n) => n % 2);
  const inputs = Array.from(labels, (label, n) => SETS[name](label, Math.floor(n / 2) / (N_POINTS / 2), uniform, normal));
  return { inputs: Float32Array.from(inputs.flat()), labels };
}
