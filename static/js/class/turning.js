/** Photographs that were taken sideways or upside down, turned upright. */

const QUARTER = Math.PI / 2;

/**
 * @param {{corners: [number, number][]}[]} boxes their corners clockwise from the top left one of the sheet
 * @returns {number} quarter turns, clockwise, after which the sheet stands upright: 0 to 3
 */
export function quarterTurns(boxes) {
  const along = (axis) => boxes.reduce((sum, { corners: [left, right] }) => sum + right[axis] - left[axis], 0);
  const turns = -Math.round(Math.atan2(along(1), along(0)) / QUARTER);
  return (turns + 4) % 4;
}

/**
 * @param {{width: number, height: number}} size of the photograph
 * @returns {{width: number, height: number, turn: (point: [number, number]) => [number, number]}} its size after so many
 *   turns, and where its points are then
 */
export function turned({ width, height }, turns) {
  const size = turns % 2 === 0 ? { width, height } : { width: height, height: width };
  const moves = [
    ([x, y]) => [x, y],
    ([x, y]) => [height - y, x],
    ([x, y]) => [width - x, height - y],
    ([x, y]) => [y, width - x],
  ];
  return { ...size, turn: moves[turns] };
}

/**
 * @param {CanvasImageSource} picture
 * @param {{width: number, height: number}} size to draw it at, before it is turned
 * @returns {HTMLCanvasElement} it after so many turns, on white
 */
export function drawTurned(picture, { width, height }, turns) {
  const size = turned({ width, height }, turns);
  const canvas = Object.assign(document.createElement("canvas"), { width: size.width, height: size.height });
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  context.translate(...size.turn([0, 0]));
  context.rotate(turns * QUARTER);
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}
