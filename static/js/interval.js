/** How far a share that was counted may be off. */

const Z = 1.959964; // of the normal distribution: 95 % lie within that many standard deviations

/**
 * Returns the 95 % confidence interval of a proportion (Wilson 1927), which holds for few examples too, and near 0 and 1.
 * @param {number} n_right of those that were counted
 * @param {number} n_total at least 1
 * @returns {[number, number]} its bounds, 0..1
 */
export function wilsonInterval(n_right, n_total) {
  const share = n_right / n_total;
  const z2 = (Z * Z) / n_total;
  const middle = share + z2 / 2;
  const spread = Z * Math.sqrt((share * (1 - share) + z2 / 4) / n_total);
  return [middle - spread, middle + spread].map((bound) => Math.min(1, Math.max(0, bound / (1 + z2))));
}
