/** Where things lie in a picture of 28 × 28 pixels, and how thick lines are. */

export const SIDE = 28;

/** @param {number} place 0..783 @returns {{row: number, column: number}} from 1, as people count */
export const rowAndColumn = (place) => ({
  row: Math.floor(place / SIDE) + 1,
  column: (place % SIDE) + 1,
});

/** @returns {number[]} the places on a line from one to another, without the first: a fast pointer leaves no holes */
export function placesBetween(from, to) {
  const [x, y] = [from % SIDE, Math.floor(from / SIDE)];
  const [right, down] = [(to % SIDE) - x, Math.floor(to / SIDE) - y];
  const steps = Math.max(Math.abs(right), Math.abs(down));
  const place = (step) => Math.round(y + (step * down) / steps) * SIDE + Math.round(x + (step * right) / steps);
  return Array.from({ length: steps }, (_, step) => place(step + 1));
}

/** @param {ArrayLike<number>} pixels @returns {{x: number, y: number}} the centre of mass, in pixels from the corner */
export function centreOfMass(pixels) {
  let [mass, x, y] = [0, 0, 0];
  for (let place = 0; place < pixels.length; place++) {
    mass += pixels[place];
    x += pixels[place] * ((place % SIDE) + 0.5);
    y += pixels[place] * (Math.floor(place / SIDE) + 0.5);
  }
  return { x: x / mass, y: y / mass };
}

/** @returns {{left: number, top: number, width: number, height: number}} of the pixels above 0, in pixels */
export function outline(pixels) {
  const places = Array.from(pixels, (pixel, place) => (pixel > 0 ? place : -1)).filter((place) => place >= 0);
  const columns = places.map((place) => place % SIDE);
  const rows = places.map((place) => Math.floor(place / SIDE));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return { left, top, width: Math.max(...columns) - left + 1, height: Math.max(...rows) - top + 1 };
}

/**
 * Lines as thick as their product, weight times activation.
 * @param {number[]} products
 * @param {number} thickest_px width of the line of the largest product
 * @param {number} thinnest_px thinner lines are left out
 * @returns {{place: number, width_px: number, sign: number}[]} the thickest last, so that it is drawn on top
 */
export function lines(products, thickest_px, thinnest_px) {
  const largest = Math.max(...products.map(Math.abs)) || 1;
  return products
    .map((product, place) => ({
      place,
      width_px: (thickest_px * Math.abs(product)) / largest,
      sign: Math.sign(product),
    }))
    .filter(({ width_px }) => width_px >= thinnest_px)
    .sort((a, b) => a.width_px - b.width_px);
}
