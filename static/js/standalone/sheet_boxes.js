/**
 * From a photograph of a class sheet to the digits in its boxes, as nn/reading/class_sheet: the sheet is flattened by its corner
 * squares, each box is where its printed border is, and the ink in it is cut along that.
 *
 * @typedef {import("../network/ink_to_mnist.js").Grey} Grey
 * @typedef {import("./sheet_markers.js").Point} Point
 * @typedef {{pupils: number, first_pupil: number, page: number, tops: number[], height: number}} PrintedPage
 * @typedef {{markers: number[], corners: Point[][], size: Point, lefts: number[], width: number, pages: PrintedPage[]}} Layout in
 *   millimetres: the codes of the markers, four a page, and their corners; the page; the boxes of a row, and of each page
 * @typedef {{pupil: number, label: number, corners: Point[], image: Uint8Array?, cutOut: {pixels: Float32Array, width: number,
 *   height: number}, isLeftOut: boolean, isStruckOut: boolean}} ReadBox the image is the 784 levels of the networks' input, null where
 *   it is empty
 */

import { croppedDigit, imageOf } from "../network/ink_to_mnist.js";
import { components, findMarkers, homography } from "./sheet_markers.js";
import { isStruckOut } from "./struck_out.js";

const MILLIMETRE_PX = 6; // of the flattened sheet
const MIN_CORNERS = 3; // of four
const MIN_MARKER_PX = 20; // a side
const POOL = 3; // pixels, across, of which the lightest stands for paper
const WINDOW_MM = 6; // in which a pen's line fits
const MIN_PAPER_LEVEL = 32; // of 255
const SEARCHED_MM = 1.5; // from where a border should be
const MAX_BORDER_CONTRAST = 0.25; // most that counts for a border: a pen's line is darker
const MIN_BORDER_CONTRAST = 0.025; // of a border above that beside it
const MIN_CONFIRMED = 0.6; // share of the borders that are clear, if they confirm where the sheet is
const NEIGHBOURS = 1.8; // distance to a box's neighbours, over its longer side
const STRETCH_PX = 4; // by which opposite borders are off their common distance
const FAR = 0.012; // of contrast, that a border a millimetre off must have more
const BAND_PX = 4; // at each side of a border: its blur, and its place's error
const MIN_REST = 0.1; // of contrast, that a border leaves
const MAX_REMAINDER_CONTRAST = 0.3; // mean, of what is left of a border
const BEYOND_PX = 15; // of a box, in which its digit is looked for
const MIN_CONTRAST = 0.08; // of ink, as in nn/reading/page/photo.py
const NOISE_DEVIATIONS = 4.5; // by which ink is above paper
const MIN_CONTRAST_RATIO = 0.35; // of ink, over that of the main stroke
const MIN_DIGIT_MM = 3; // longer side of a digit
const MIN_PIECE_MM = 1.5; // of a piece of it
const MIDDLE_PX = 3; // reach in which a line's middle is found
const [ZERO_INK, FULL_INK] = [0.3, 0.7]; // of the contrast in the middle of a line: where ink is 0, and 1

/** A photograph that shows no sheet which can be read. */
export class NoSheet extends Error {
  /** @param {string} fault the end of the problem's type @param {number[]} [corners] that were found */
  constructor(fault, corners = []) {
    super(fault);
    this.corners = corners;
  }
}

/**
 * @param {Grey} grey @param {Layout} layout
 * @returns {{page: PrintedPage, missing: number[], boxes: ReadBox[]}} the corners whose squares were not found
 * @throws {NoSheet}
 */
export function readBoxes(grey, layout) {
  const { page, toPicture, missing } = findPage(grey, layout);
  const flat = flatten(grey, toPicture, layout.size);
  const contrast = contrastOf(flat);
  const printed = page.tops.flatMap((top) => layout.lefts.map((left) => [left, top, left + layout.width, top + page.height]));
  const places = placesOf(contrast, printed, layout.corners.flat());
  for (const place of places) clearBorder(contrast, place);
  const boxes = places.map((place, n) => {
    const [left, top, right, bottom] = place.map((each) => each / MILLIMETRE_PX);
    const corners = [[left, top], [right, top], [right, bottom], [left, bottom]].map(([x, y]) => toPicture(x, y));
    const [row, label] = [Math.floor(n / layout.lefts.length), n % layout.lefts.length];
    return { pupil: page.first_pupil + row, label, corners, ...digitIn(contrast, place) };
  });
  return { page, missing, boxes };
}

/** @throws {NoSheet} */
function findPage(grey, { markers, corners, pages }) {
  const found = findMarkers(grey, markers);
  if (found.length === 0) throw new NoSheet("no-sheet-found");
  const pageOf = ({ marker }) => Math.floor(marker / corners.length);
  const ofPage = (number) => found.filter((each) => pageOf(each) === number);
  const numbers = [...new Set(found.map(pageOf))];
  const certain = numbers.filter((number) => ofPage(number).length > 1); // one marker may be misread
  if (certain.length > 1) throw new NoSheet("several-sheets");
  const number = certain[0] ?? numbers[0];
  const own = ofPage(number);
  const cornerOf = ({ marker }) => marker % corners.length;
  if (own.length < MIN_CORNERS) throw new NoSheet("sheet-incomplete", own.map(cornerOf).sort());
  const sides = own.map((each) => Math.hypot(each.corners[0][0] - each.corners[1][0], each.corners[0][1] - each.corners[1][1]));
  if (Math.min(...sides) < MIN_MARKER_PX) throw new NoSheet("sheet-too-small");
  const printed = own.flatMap((each) => corners[cornerOf(each)]);
  const toPicture = homography(printed, own.flatMap((each) => each.corners));
  if (!toPicture) throw new NoSheet("sheet-not-flat");
  const missing = [...corners.keys()].filter((corner) => !own.some((each) => cornerOf(each) === corner));
  return { page: pages[number], toPicture, missing };
}

/** @returns {{pixels: Float32Array, width: number, height: number}} the levels of the flat sheet, between pixels in proportion */
function flatten({ pixels, width: stride, height: rows }, toPicture, size) {
  const [width, height] = size.map((each) => Math.round(each * MILLIMETRE_PX));
  const flat = new Float32Array(width * height);
  for (let y = 0, place = 0; y < height; y++) {
    for (let x = 0; x < width; x++, place++) {
      const [u, v] = toPicture((x + 0.5) / MILLIMETRE_PX, (y + 0.5) / MILLIMETRE_PX);
      const [left, top] = [Math.min(Math.max(u - 0.5, 0), stride - 1.001), Math.min(Math.max(v - 0.5, 0), rows - 1.001)];
      const at = Math.floor(top) * stride + Math.floor(left);
      const [right, down] = [left % 1, top % 1];
      const above = pixels[at] * (1 - right) + pixels[at + 1] * right;
      const below = pixels[at + stride] * (1 - right) + pixels[at + stride + 1] * right;
      flat[place] = above * (1 - down) + below * down;
    }
  }
  return blurred({ pixels: flat, width, height });
}

/** Against grain: a binomial of three, across and down. */
function blurred({ pixels, width, height }) {
  const half = new Float32Array(pixels.length);
  for (let place = 1; place < pixels.length - 1; place++) half[place] = (pixels[place - 1] + 2 * pixels[place] + pixels[place + 1]) / 4;
  const both = half.slice();
  for (let place = width; place < pixels.length - width; place++) {
    both[place] = (half[place - width] + 2 * half[place] + half[place + width]) / 4;
  }
  return { pixels: both, width, height };
}

/**
 * The share of the paper's light that each pixel lacks. Paper is the greyscale closing, as in nn/reading/page/light.py, of the
 * lightest pixels of small squares.
 */
function contrastOf({ pixels, width, height }) {
  const [columns, rows] = [width, height].map((side) => Math.ceil(side / POOL));
  const lightest = new Float32Array(columns * rows);
  pixels.forEach((level, place) => {
    const square = Math.floor(Math.floor(place / width) / POOL) * columns + Math.floor((place % width) / POOL);
    lightest[square] = Math.max(lightest[square], level);
  });
  const reach = Math.round((WINDOW_MM * MILLIMETRE_PX) / POOL / 2);
  const paper = joined(joined(lightest, columns, rows, reach, larger), columns, rows, reach, smaller);
  const lacking = pixels.map((level, place) => {
    const light = paper[Math.floor(Math.floor(place / width) / POOL) * columns + Math.floor((place % width) / POOL)];
    return (light - level) / Math.max(light, MIN_PAPER_LEVEL);
  });
  const usual = median(lacking.filter((_, place) => place % 101 === 0)); // the closing follows the lightest grain
  return { pixels: lacking.map((each) => Math.min(Math.max((each - usual) / (1 - usual), 0), 1)), width, height };
}

const larger = (one, other) => (one > other ? one : other);
const smaller = (one, other) => (one < other ? one : other);
const added = (one, other) => one + other;

/**
 * Joins each pixel with those within reach, across and then down; beyond the edge are the levels of the edge.
 * @param {(one: number, other: number) => number} join
 */
function joined(pixels, width, height, reach, join) {
  const along = (source, length, n_lines, step, lineStep) => {
    const result = new Float32Array(source.length);
    for (let line = 0; line < n_lines; line++) {
      for (let n = 0; n < length; n++) {
        let level = source[line * lineStep + Math.max(0, n - reach) * step];
        for (let other = n - reach + 1; other <= n + reach; other++) {
          level = join(level, source[line * lineStep + Math.min(Math.max(0, other), length - 1) * step]);
        }
        result[line * lineStep + n * step] = level;
      }
    }
    return result;
  };
  return along(along(pixels, width, height, 1, width), height, width, width, 1);
}

/** @returns {number | undefined} undefined of none */
const median = (numbers) => Float32Array.from(numbers).sort()[Math.floor(numbers.length / 2)];

/**
 * Returns where the borders of each box are, in whole pixels. Paper that curls and lenses move them by millimetres, but not beside the
 * markers: from there on, each is looked for where those of its neighbours were found, as in nn/reading/class_sheet/flatten.py.
 * @param {number[][]} printed left, top, right and bottom of each box in millimetres @param {Point[]} corners of the markers
 * @returns {number[][]}
 * @throws {NoSheet}
 */
function placesOf(contrast, printed, corners) {
  const middles = printed.map(([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2]);
  const toMarker = middles.map((middle) => Math.min(...corners.map((corner) => distance(middle, corner))));
  const [left, top, right, bottom] = printed[0];
  const near = NEIGHBOURS * larger(right - left, bottom - top);
  /** By box and side, how far a border is from where it is printed; null where it is not clear, or not looked for yet. @type {(number?)[][]} */
  const shifts = printed.map(() => [null, null, null, null]);
  const expected = (n) => {
    const neighbours = shifts.filter((_, other) => other !== n && distance(middles[n], middles[other]) < near);
    const clear = (side) => neighbours.map((each) => each[side]).filter((each) => each !== null);
    return printed[n].map((each, side) => each * MILLIMETRE_PX + (median(clear(side)) ?? 0));
  };
  for (const n of [...printed.keys()].sort((one, other) => toMarker[one] - toMarker[other])) {
    shifts[n] = bordersOf(contrast, expected(n)).map(({ at, isClear }, side) => (isClear ? at - printed[n][side] * MILLIMETRE_PX : null));
  }
  const n_clear = shifts.flat().filter((each) => each !== null).length;
  if (n_clear < MIN_CONFIRMED * shifts.flat().length) throw new NoSheet("sheet-not-flat");
  return shifts.map((own, n) => expected(n).map((each, side) => Math.round(own[side] === null ? each : printed[n][side] * MILLIMETRE_PX + own[side])));
}

const distance = ([x, y], [otherX, otherY]) => Math.hypot(x - otherX, y - otherY);

/**
 * @param {number[]} place left, top, right and bottom where a box should be, in pixels
 * @returns {{at: number, isClear: boolean}[]} its borders, of which opposite ones are as far from there, but for what the paper's curl
 *   and STRETCH_PX allow: the next box's border is near, too
 */
function bordersOf({ pixels, width, height }, place) {
  const reach = SEARCHED_MM * MILLIMETRE_PX;
  const [left, top, right, bottom] = place.map(Math.round);
  const [marginX, marginY] = [Math.round((right - left) / 5), Math.round((bottom - top) / 5)]; // corners are of two borders
  /** How clear a border is at each distance from where it should be. */
  const clarity = (at, start, end, stepAlong, stepAcross, limit) => {
    const levels = Array.from({ length: 2 * reach + 3 }, (_, n) => {
      const across = Math.min(Math.max(at + n - reach - 1, 0), limit - 1);
      const line = Array.from({ length: end - start }, (_, along) => pixels[(start + along) * stepAlong + across * stepAcross]);
      return Math.min(median(line), MAX_BORDER_CONTRAST);
    });
    const usual = median(levels);
    return Array.from({ length: 2 * reach + 1 }, (_, n) => {
      const mean = (levels[n] + levels[n + 1] + levels[n + 2]) / 3;
      return mean - usual - (FAR * Math.abs(n - reach)) / MILLIMETRE_PX;
    });
  };
  const opposite = [
    [left, right].map((at) => clarity(at, top + marginY, bottom - marginY, width, 1, width)),
    [top, bottom].map((at) => clarity(at, left + marginX, right - marginX, 1, width, height)),
  ];
  const [across, down] = opposite.map((sides) => {
    const near = (of, n) => of.slice(Math.max(0, n - STRETCH_PX), n + STRETCH_PX + 1);
    const both = sides[0].map((_, n) => Math.min(...sides.map((of) => Math.max(...near(of, n)))));
    const best = both.indexOf(Math.max(...both));
    return sides.map((of) => {
      const clearest = Math.max(...near(of, best));
      return { off: of.indexOf(clearest, Math.max(0, best - STRETCH_PX)) - reach, isClear: clearest > MIN_BORDER_CONTRAST };
    });
  });
  return [across[0], down[0], across[1], down[1]].map(({ off, isClear }, side) => ({ at: [left, top, right, bottom][side] + off, isClear }));
}

/** Takes the printed border of a box from the contrast: along each side the median, less that of the outer lines. */
function clearBorder({ pixels, width }, [left, top, right, bottom]) {
  const clear = (edge, start, end, stepAlong, stepAcross) => {
    const lines = Array.from({ length: 2 * BAND_PX }, (_, n) =>
      Array.from({ length: end - start }, (_, along) => (start + along) * stepAlong + (edge - BAND_PX + n) * stepAcross),
    );
    const levels = lines.map((places) => median(places.map((place) => pixels[place])));
    const beside = Math.min(levels[0], levels.at(-1));
    lines.forEach((places, n) => {
      const line = Math.max(levels[n] - beside, 0);
      for (const place of places) pixels[place] = Math.max(pixels[place] - line, 0) / Math.max(1 - line, MIN_REST);
    });
  };
  for (const edge of [left, right]) clear(edge, top - BAND_PX, bottom + BAND_PX, width, 1);
  for (const edge of [top, bottom]) clear(edge, left - BAND_PX, right + BAND_PX, 1, width);
}

/** @returns {{pixels: Float32Array, width: number, height: number}} the part between left, top, right and bottom */
function cut({ pixels, width: stride }, [left, top, right, bottom]) {
  const part = new Float32Array((right - left) * (bottom - top));
  for (let y = top; y < bottom; y++) part.set(pixels.subarray(y * stride + left, y * stride + right), (y - top) * (right - left));
  return { pixels: part, width: right - left, height: bottom - top };
}

/** @returns {Pick<ReadBox, "image" | "cutOut" | "isLeftOut" | "isStruckOut">} */
function digitIn(contrast, place) {
  const around = cut(contrast, place.map((each, n) => each + (n < 2 ? -BEYOND_PX : BEYOND_PX)));
  const { pixels, width, height } = around;
  const { pixels: smooth } = blurred(blurred(around));
  const noise = 1.4826 * median(pixels.map((each, at) => Math.abs(each - smooth[at])));
  const threshold = Math.max(MIN_CONTRAST, NOISE_DEVIATIONS * noise);
  const pieces = (level) =>
    components(Uint8Array.from(pixels, (each) => Number(each > level)), width, 2)
      .map((places) => pieceOf(places, around))
      .filter(({ inside, isBorder }) => inside > 0.5 && !isBorder);
  const empty = { image: null, cutOut: cut(contrast, place), isLeftOut: false, isStruckOut: false };
  const dark = pieces(threshold).filter(isLarge);
  if (dark.length === 0) return empty;
  const first = heaviest(dark);
  const own = pieces(Math.max(threshold, (MIN_CONTRAST_RATIO * first.mass) / first.places.length)).filter(
    ({ longer }) => longer >= MIN_PIECE_MM * MILLIMETRE_PX,
  );
  if (!own.some(isLarge)) return empty;
  const chosen = new Float32Array(pixels.length);
  for (const { places } of own) for (const at of places) chosen[at] = pixels[at];
  const isLeftOut = dark.some(({ places }) => places.every((at) => chosen[at] === 0)) || own.some(({ isAtEdge }) => isAtEdge);
  const ink = { pixels: inkOf(chosen, width, height), width, height };
  return { ...empty, image: imageOf(ink), isLeftOut, isStruckOut: isStruckOut(croppedDigit(ink)) };
}

/**
 * @returns {{places: Int32Array, mass: number, longer: number, inside: number, isBorder: boolean, isAtEdge: boolean}} a component: longer
 *   is its longer side in pixels, inside the share of it that is in the box, isBorder whether it is what remains of a bent border
 */
function pieceOf(places, { pixels, width, height }) {
  let [mass, n_inside, n_offBorder, left, right, top, bottom] = [0, 0, 0, width, 0, height, 0];
  for (const place of places) {
    const [x, y] = [place % width, Math.floor(place / width)];
    mass += pixels[place];
    const depth = Math.min(x, y, width - 1 - x, height - 1 - y) - BEYOND_PX; // in the box
    n_inside += Number(depth >= 0);
    n_offBorder += Number(depth >= BAND_PX);
    [left, right, top, bottom] = [smaller(left, x), larger(right, x), smaller(top, y), larger(bottom, y)];
  }
  const isAtEdge = left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
  const isBorder = n_offBorder < places.length / 2 && mass < MAX_REMAINDER_CONTRAST * places.length;
  return { places, mass, longer: larger(right - left, bottom - top) + 1, inside: n_inside / places.length, isBorder, isAtEdge };
}

const isLarge = ({ longer }) => longer >= MIN_DIGIT_MM * MILLIMETRE_PX;
const heaviest = (pieces) => pieces.reduce((best, each) => (each.mass > best.mass ? each : best));

/** @returns {Float32Array} ink from 0 to 1, which it is in the middle of each line: as `render_ink` of nn/reading/page/photo.py */
function inkOf(chosen, width, height) {
  const sums = joined(joined(chosen, width, height, MIDDLE_PX, larger), width, height, MIDDLE_PX, added);
  return chosen.map((level, place) => {
    const share = level / Math.max(sums[place] / (2 * MIDDLE_PX + 1) ** 2, 1 / 255);
    return Math.min(Math.max((share - ZERO_INK) / (FULL_INK - ZERO_INK), 0), 1);
  });
}
