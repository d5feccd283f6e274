/**
 * Where everything of a network stands on the stage: the picture, a plane for each hidden layer, which is seen from the side, and
 * the outputs. On a wide stage they follow each other from left to right, on a high one from top to bottom.
 *
 * @typedef {[number, number]} Point in CSS pixels of the stage
 * @typedef {{corner: Point, across: Point, down: Point, columns: number, rows: number}} Plane of cells: a step across, a step down
 */

import { SIDE } from "../ui/pixels.js";

const PICTURE = 1.75; // lengths along the stage; a hidden layer has 1
const OUTPUTS = 1.35;
const FEW = 4; // layers, which are longer
const FILLED = 0.66; // of a layer's length: the rest is for the lines
const WINNER = 4.5; // times as much room as another output
const REACH_PX = 12;
const WIDE = { across: [0.62, 0.16], down: [0, 1] }; // for a cell with a side of 1
const HIGH = { across: [1, 0], down: [0.28, 0.62] };
const FLAT = { across: [1, 0], down: [0, 1] };

export class Scene {
  /**
   * @param {import("../inside/sums.js").Layer[]} layers
   * @param {{left: number, top: number, width: number, height: number}} area of the stage
   * @param {number?} winner the output that is drawn large
   */
  constructor(layers, area, winner) {
    this.isWide = area.width > area.height;
    const last = layers.length - 1;
    const lengths = layers.map((_, layer) => (layer === 0 ? PICTURE : layer === last ? OUTPUTS : layers.length <= FEW ? PICTURE : 1));
    const unit = (this.isWide ? area.width : area.height) / lengths.reduce((sum, each) => sum + each, 0);
    let start = this.isWide ? area.left : area.top;
    this.planes = [];
    layers.slice(0, -1).forEach(({ shape }, layer) => {
      const length = lengths[layer] * unit;
      const box = this.isWide
        ? { left: start, top: area.top, width: length, height: area.height }
        : { left: area.left, top: start, width: area.width, height: length };
      const filled = layer === 0 ? 0.88 : FILLED;
      const [width, height] = this.isWide ? [filled * length, 0.9 * box.height] : [0.96 * box.width, filled * length];
      const isPicture = layer === 0;
      const form = isPicture ? FLAT : this.isWide ? WIDE : HIGH;
      const plane = isPicture ? fitting(form, SIDE, SIDE, width, height) : largest(form, shape.maps, width, height);
      this.planes.push(centred(plane, box));
      start += length;
    });
    this.outputs = outputCircles(layers[last].shape.maps, start, lengths[last] * unit, area, this.isWide, winner);
  }

  /** @returns {Point} the middle of a neuron, or of a pixel of the picture */
  centre(layer, node) {
    const plane = this.planes[layer];
    return plane ? placeIn(plane, (node % plane.columns) + 0.5, Math.floor(node / plane.columns) + 0.5) : this.outputs[node].centre;
  }

  /** @returns {{layer: number, node: number}?} the neuron at a place of the stage, or the nearest within a finger's width */
  nodeAt([x, y], layers) {
    const distance = ([across, down]) => Math.hypot(x - across, y - down);
    const within = (place, count) => Math.min(Math.max(Math.floor(place), 0), count - 1);
    const near = this.outputs.map(({ centre, radius }, node) => ({ layer: this.planes.length, node, gap: distance(centre) - radius }));
    for (let layer = 1; layer < this.planes.length; layer++) {
      const { corner, across, down, columns, rows } = this.planes[layer];
      const [dx, dy, area] = [x - corner[0], y - corner[1], across[0] * down[1] - across[1] * down[0]];
      const column = within((dx * down[1] - dy * down[0]) / area, columns);
      const row = within((across[0] * dy - across[1] * dx) / area, rows);
      const node = Math.min(row * columns + column, layers[layer].shape.maps - 1);
      near.push({ layer, node, gap: distance(this.centre(layer, node)) - this.planes[layer].cell / 2 });
    }
    const nearest = near.reduce((best, each) => (each.gap < best.gap ? each : best));
    return nearest.gap < REACH_PX ? nearest : null;
  }
}

/** @param {Plane} plane @returns {Point} */
export const placeIn = ({ corner, across, down }, column, row) => [0, 1].map((axis) => corner[axis] + column * across[axis] + row * down[axis]);

/** @returns {Plane} with cells as large as the room allows, its corner still open */
function fitting({ across, down }, columns, rows, width, height) {
  const cell = Math.min(width / (columns * across[0] + rows * down[0]), height / (columns * across[1] + rows * down[1]));
  return { corner: [0, 0], across: across.map((part) => cell * part), down: down.map((part) => cell * part), columns, rows, cell };
}

/** @returns {Plane} with as many columns as make its cells largest */
function largest(form, count, width, height) {
  const planes = Array.from({ length: count }, (_, n) => fitting(form, n + 1, Math.ceil(count / (n + 1)), width, height));
  return planes.reduce((best, plane) => (plane.cell > best.cell ? plane : best));
}

/** Moves a plane to the middle of a box. */
function centred(plane, { left, top, width, height }) {
  const end = placeIn(plane, plane.columns, plane.rows);
  return { ...plane, corner: [left + (width - end[0]) / 2, top + (height - end[1]) / 2] };
}

/** @returns {{centre: Point, radius: number}[]} of the digits, one after the other across the stage's end */
function outputCircles(count, start, length, area, isWide, winner) {
  const breadth = isWide ? area.height : area.width;
  const room = breadth / (winner === null ? count : count - 1 + WINNER);
  let next = isWide ? area.top : area.left;
  return Array.from({ length: count }, (_, digit) => {
    const own = digit === winner ? WINNER * room : room;
    const radius = Math.min(0.42 * own, 0.46 * length);
    const [along, beside] = [start + 0.5 * length, next + own / 2];
    next += own;
    return { centre: isWide ? [along, beside] : [beside, along], radius };
  });
}
