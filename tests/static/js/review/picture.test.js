import assert from "node:assert/strict";
import { test } from "node:test";
import { readPart } from "../../../../static/js/review/card.js";
import { foundIn } from "../../../../static/js/review/folders.js";

const box = (...sides) => ({ box: sides });

test("the part that is shown holds what was read and left out, with a margin of half a box, inside the picture", () => {
  const answer = { digits: [box(100, 50, 20, 40), box(130, 60, 20, 30)], left_out: [box(5, 70, 10, 10)], width: 160, height: 200 };
  assert.deepEqual(readPart(answer), { left: 0, top: 30, width: 160, height: 80 });
});

const file = (fullPath) => ({ isFile: true, fullPath, file: (resolve) => resolve({ name: fullPath.split("/").at(-1) }) });
const folder = (fullPath, ...batches) => ({
  isFile: false,
  fullPath,
  createReader: () => ({ readEntries: (resolve) => resolve(batches.shift() ?? []) }),
});
const gone = { isFile: true, fullPath: "/gone.jpg", file: (_, reject) => reject(new Error("gone")) };
const dropped = (...entries) => ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files: [] });

test("dropped folders are walked to their ends, in which browsers give some files at a time", async () => {
  const inner = folder("/m/in", [file("/m/in/3.jpg")]);
  const found = await foundIn(dropped(folder("/m", [file("/m/1.jpg")], [inner, file("/m/2.jpg")]), file("/4.jpg"), gone));
  assert.deepEqual(found.map(({ path }) => path), ["m/1.jpg", "m/in/3.jpg", "m/2.jpg", "4.jpg"]);
});

test("files without an entry, as scripts drop them, are taken by their names", async () => {
  const transfer = { items: [{ webkitGetAsEntry: () => null }], files: [{ name: "5.jpg" }] };
  assert.deepEqual(await foundIn(transfer), [{ path: "5.jpg", file: { name: "5.jpg" } }]);
});
