import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

let kept;
let room;
globalThis.sessionStorage = {
  getItem: () => kept,
  removeItem: () => (kept = null),
  setItem: (_, value) => {
    if (value.length > room) throw new DOMException("full", "QuotaExceededError");
    kept = value;
  },
};
const { keepPicture, loadPicture } = await import("../../../static/js/draw/picture_input.js");

const chosen = (content) => {
  const file = new File([content], "seven.png", { type: "image/png" });
  return { file, upload: Promise.resolve(file) };
};

beforeEach(() => {
  kept = null;
  room = Infinity;
});

test("a small picture is kept, until it is removed", async () => {
  await keepPicture(chosen("7"));
  assert.equal(loadPicture(), "data:image/png;base64,Nw==");
  await keepPicture({ file: null, upload: null });
  assert.equal(loadPicture(), null);
});

test("a large picture is not kept, and neither is the one before it", async () => {
  await keepPicture(chosen("7"));
  await keepPicture(chosen("7".repeat(300_000)));
  assert.equal(loadPicture(), null);
});

test("a picture in the place of which another was chosen meanwhile is not kept", async () => {
  const picture = chosen("7");
  const keeping = keepPicture(picture);
  picture.file = null;
  await keeping;
  assert.equal(loadPicture(), null);
});

test("where there is no room, or what is kept is no picture, there is none", async () => {
  room = 10;
  await keepPicture(chosen("7"));
  assert.equal(loadPicture(), null);
  kept = "seven";
  assert.equal(loadPicture(), null);
});
