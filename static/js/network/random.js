/** Random numbers: the same seed gives the same ones, in every browser. */

const SUMMED = 12; // uniform numbers of variance 1/12 each

/** @param {number} seed @returns {() => number} uniform in 0..1: mulberry32 by Tommy Ettinger (public domain) */
export function uniformNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Nearly normal numbers: a sum of twelve uniform ones, less its mean. Box and Muller's method is exact, but its logarithm
 * and cosine may differ in their last bits from browser to browser.
 * @param {() => number} uniform
 * @returns {() => number} with mean 0 and variance 1
 */
export function normalNumbers(uniform) {
  return () => {
    let sum = -SUMMED / 2;
    for (let n = 0; n < SUMMED; n++) sum += uniform();
    return sum;
  };
}

/** @param {number} seed @param {number} count @returns {(() => number)[]} so many sources of uniform numbers from one seed */
export function spawn(seed, count) {
  const uniform = uniformNumbers(seed);
  return Array.from({ length: count }, () => uniformNumbers(2 ** 32 * uniform()));
}

/**
 * @param {() => number} uniform
 * @returns {Uint32Array} 0 to n - 1 in a random order (R. Durstenfeld, "Algorithm 235: random permutation", 1964)
 */
export function permutation(n, uniform) {
  const order = Uint32Array.from({ length: n }, (_, place) => place);
  for (let last = n - 1; last > 0; last--) {
    const place = Math.floor(uniform() * (last + 1));
    [order[last], order[place]] = [order[place], order[last]];
  }
  return order;
}
