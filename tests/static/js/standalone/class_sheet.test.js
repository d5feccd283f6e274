import assert from "node:assert/strict";
import { test } from "node:test";
import { NoSheet, readBoxes } from "../../../../static/js/standalone/sheet_boxes.js";
import { components, findMarkers, homography } from "../../../../static/js/standalone/sheet_markers.js";

const PIXELS_A_MM = 10;
const [PAPER, BLACK, BORDER, PEN] = [230, 30, 150, 60];
const SQUARE_MM = 2;

const cornersAt = (x, y) => [
  [x, y],
  [x + 7 * SQUARE_MM, y],
  [x + 7 * SQUARE_MM, y + 7 * SQUARE_MM],
  [x, y + 7 * SQUARE_MM],
];
/** Two pages of a small sheet, with two boxes; the codes are the first of the dictionary. */
const LAYOUT = {
  markers: [21344956, 1836774, 28249821, 17012215, 28226852, 30672941, 13883372, 14816363],
  corners: [cornersAt(4, 4), cornersAt(62, 4), cornersAt(62, 82), cornersAt(4, 82)],
  size: [80, 100],
  lefts: [22, 44],
  width: 14,
  pages: [
    { pupils: 2, first_pupil: 1, page: 1, tops: [40], height: 16 },
    { pupils: 2, first_pupil: 2, page: 2, tops: [40], height: 16 },
  ],
};
const FLAT = [[0, 0], [80, 0], [80, 100], [0, 100]];
const TILTED = [[6, 3], [72, 8], [79, 97], [1, 91]];

/**
 * The level of the paper at a place in millimetres: markers, borders, and a line of 1 × 10 mm in the first box of each row, which is
 * as far to the right of where it should be as its shift says; tilt is how far borders fall, by their length.
 */
function levelAt(x, y, { page = 0, missing = [], flipped = [], hasBorders = true, rows = [{ top: 40, shift: 0 }], tilt = 0 }) {
  for (const [corner, [[left, top]]] of LAYOUT.corners.entries()) {
    const [column, row] = [Math.floor((x - left) / SQUARE_MM), Math.floor((y - top) / SQUARE_MM)];
    if (missing.includes(corner) || column < 0 || row < 0 || column > 6 || row > 6) continue;
    if ([0, 6].includes(column) || [0, 6].includes(row)) return BLACK;
    const bit = 24 - (5 * (row - 1) + column - 1);
    const isWhite = ((LAYOUT.markers[4 * page + corner] >> bit) & 1) ^ Number(corner === 0 && flipped.includes(bit));
    return isWhite ? PAPER : BLACK;
  }
  for (const { top, shift } of rows) {
    for (const left of hasBorders ? LAYOUT.lefts : []) {
      const middle = left + shift + LAYOUT.width / 2;
      const [fromX, fromY] = [Math.abs(x - middle) - LAYOUT.width / 2, Math.abs(y - top - 8 - tilt * (x - middle)) - 8];
      if (Math.abs(Math.max(fromX, fromY)) < 0.15) return BORDER;
    }
    if (Math.abs(x - shift - 29) < 0.5 && Math.abs(y - top - 8) < 5) return PEN;
  }
  return PAPER;
}

/** A photograph in which the corners of the page are at these places, in millimetres. */
function photograph(options = {}, at = FLAT) {
  const [width, height] = LAYOUT.size.map((side) => side * PIXELS_A_MM);
  const toPage = homography(at, FLAT);
  const pixels = new Uint8Array(width * height);
  for (let place = 0; place < pixels.length; place++) {
    const [x, y] = [((place % width) + 0.5) / PIXELS_A_MM, (Math.floor(place / width) + 0.5) / PIXELS_A_MM];
    pixels[place] = levelAt(...toPage(x, y), options);
  }
  return { pixels, width, height };
}

const turnedUpsideDown = ({ pixels, ...size }) => ({ pixels: pixels.slice().reverse(), ...size });
const numbersOf = (grey) => findMarkers(grey, LAYOUT.markers).map(({ marker }) => marker).sort();
const faultOf = (grey) => {
  try {
    readBoxes(grey, LAYOUT);
  } catch (problem) {
    assert.ok(problem instanceof NoSheet);
    return [problem.message, problem.corners];
  }
  return null;
};

test("pixels that touch at a corner are one component, those across the picture's edge are not", () => {
  const mask = Uint8Array.from([0, 1, 0, 1, 1, 0, 1, 0]); // two rows of four
  const found = components(mask, 4, 1).map((places) => [...places].sort());
  assert.deepEqual(found, [[1, 3, 4, 6]]);
  const apart = Uint8Array.from([0, 0, 0, 1, 1, 0, 0, 0]);
  assert.deepEqual(components(apart, 4, 1).map((places) => [...places]), [[3], [4]]);
  assert.deepEqual(components(Uint8Array.from([0, 0, 0, 1, 1, 1, 0, 0]), 4, 2).map((places) => [...places]), [[4, 5]]); // one is too small
});

test("a homography takes four points to four others, and fits more of them best", () => {
  const map = homography([[0, 0], [1, 0], [1, 1], [0, 1]], [[0, 0], [2, 0], [4, 3], [0, 2]]);
  for (const [from, to] of [[[0, 0], [0, 0]], [[1, 0], [2, 0]], [[1, 1], [4, 3]], [[0, 1], [0, 2]]]) {
    map(...from).forEach((each, n) => assert.ok(Math.abs(each - to[n]) < 1e-9));
  }
  assert.equal(homography([[0, 0], [1, 1], [2, 2], [3, 3]], FLAT), null);
});

test("markers are found turned and in perspective, their corners as they are printed", () => {
  assert.deepEqual(numbersOf(photograph({}, TILTED)), [0, 1, 2, 3]);
  const turned = findMarkers(turnedUpsideDown(photograph()), LAYOUT.markers);
  const { corners } = turned.find(({ marker }) => marker === 0);
  [[760, 960], [620, 960], [620, 820], [760, 820]].forEach(([x, y], n) => {
    assert.ok(Math.hypot(corners[n][0] - x, corners[n][1] - y) < 3, `${corners[n]} is not ${[x, y]}`);
  });
});

test("a marker may have two wrong bits, and no third one", () => {
  assert.deepEqual(numbersOf(photograph({ flipped: [3, 17] })), [0, 1, 2, 3]);
  assert.deepEqual(numbersOf(photograph({ flipped: [3, 12, 17] })), [1, 2, 3]);
});

test("a line in a box is read, and an empty box is empty, also turned and in perspective", () => {
  for (const grey of [photograph(), turnedUpsideDown(photograph()), photograph({}, TILTED)]) {
    const { page, missing, boxes } = readBoxes(grey, LAYOUT);
    assert.equal(page.page, 1);
    assert.deepEqual(missing, []);
    assert.deepEqual(boxes.map(({ pupil, label, image, isLeftOut }) => [pupil, label, image !== null, isLeftOut]), [
      [1, 0, true, false],
      [1, 1, false, false],
    ]);
    const column = (x) => [...boxes[0].image.keys()].filter((place) => place % 28 === x).reduce((sum, place) => sum + boxes[0].image[place], 0);
    assert.ok(column(13) + column(14) > 20 * 255); // a line of 2 × 20 pixels in the middle
    assert.equal(column(9) + column(18), 0);
  }
});

test("paper that curls moves boxes, the further they are from the corner squares, and no border is read as ink", () => {
  const rows = [0.9, 1.8, 2.7, 1.8, 0.9].map((shift, row) => ({ top: 3 + 19 * row, shift }));
  const pages = [{ pupils: 5, first_pupil: 1, page: 1, tops: rows.map(({ top }) => top), height: 16 }];
  const { boxes } = readBoxes(photograph({ rows }), { ...LAYOUT, pages });
  rows.forEach(({ shift }, row) => {
    const [first, second] = boxes.slice(2 * row, 2 * row + 2);
    for (const [box, left] of [[first, 22], [second, 44]]) {
      const off_mm = box.corners[0][0] / PIXELS_A_MM - left - shift;
      assert.ok(Math.abs(off_mm) < 0.3, `row ${row} is off by ${off_mm} mm`);
    }
    assert.deepEqual([first.image !== null, second.image], [true, null]);
  });
});

test("what remains of a border that is not quite straight is no ink", () => {
  const { boxes } = readBoxes(photograph({ tilt: 0.06 }), LAYOUT);
  assert.deepEqual(boxes.map(({ image, isLeftOut }) => [image !== null, isLeftOut]), [[true, false], [false, false]]);
});

test("a corner may be covered, but not two", () => {
  assert.deepEqual(readBoxes(photograph({ missing: [2] }), LAYOUT).missing, [2]);
  assert.deepEqual(faultOf(photograph({ missing: [0, 2] })), ["sheet-incomplete", [1, 3]]);
  assert.deepEqual(faultOf(photograph({ missing: [0, 1, 2, 3] })), ["no-sheet-found", []]);
});

test("corner squares without boxes where the sheet has them are no sheet", () => {
  assert.deepEqual(faultOf(photograph({ hasBorders: false })), ["sheet-not-flat", []]);
});

test("two pages in a picture are not taken for one", () => {
  const [first, second] = [photograph(), photograph({ page: 1 })];
  const pixels = new Uint8Array(2 * first.pixels.length);
  pixels.set(first.pixels);
  pixels.set(second.pixels, first.pixels.length);
  assert.deepEqual(faultOf({ pixels, width: first.width, height: 2 * first.height })?.[0], "several-sheets");
});
