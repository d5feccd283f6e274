import assert from "node:assert/strict";
import { test } from "node:test";
import { filesOfAll, named, newEntries } from "../../../../static/js/readings/found_files.js";

const found = (path, { size = 10, lastModified = 1 } = {}) => ({ path, file: { type: "image/jpeg", size, lastModified } });

/** Returns the entries of files that are new beside those that are there. */
const added = (files, before = []) => {
  let id = before.length;
  return newEntries(before, files, () => ++id, "12 34").map(([one]) => one);
};
const paths = (entries) => entries.map(({ file }) => file);

test("files come by their paths, numbers by their size, the same name in two folders twice, and no hidden ones", () => {
  const entries = added([found("m/10.jpg"), found("m/9.jpg"), found("m/._9.jpg"), found("b/9.jpg"), found(".m/8.jpg")]);
  assert.deepEqual(entries.map(({ id, file }) => [id, file]), [[1, ".m/8.jpg"], [2, "b/9.jpg"], [3, "m/9.jpg"], [4, "m/10.jpg"]]);
  assert.equal(entries[0].allowed, "12 34");
});

test("a folder that is chosen again brings what is new, has changed, or could not be read, in its place", () => {
  const [a, b] = added([found("a.jpg"), found("b.jpg"), found("d.jpg")]);
  const failed = { ...added([found("d.jpg")])[0], id: 3, error: "Too large." };
  const again = [found("a.jpg"), found("b.jpg", { lastModified: 2 }), found("c.jpg"), found("c.jpg"), found("d.jpg")];
  const news = added(again, [a, b, failed]);
  assert.deepEqual(paths(news), ["b.jpg", "c.jpg", "d.jpg"]);
  assert.deepEqual([news[2].id, news[2].error], [3, ""]);
});

const droppedFile = (fullPath) => ({ isFile: true, fullPath, file: (resolve) => resolve({ name: fullPath.split("/").at(-1) }) });
const folder = (fullPath, ...batches) => ({
  isFile: false,
  fullPath,
  createReader: () => ({ readEntries: (resolve) => resolve(batches.shift() ?? []) }),
});
const gone = { isFile: true, fullPath: "/gone.jpg", file: (_, reject) => reject(new Error("gone")) };

test("dropped folders are walked to their ends, in which browsers give some files at a time", async () => {
  const inner = folder("/m/in", [droppedFile("/m/in/3.jpg")]);
  const walked = await filesOfAll([folder("/m", [droppedFile("/m/1.jpg")], [inner, droppedFile("/m/2.jpg")]), droppedFile("/4.jpg"), gone]);
  assert.deepEqual(walked.map(({ path }) => path), ["m/1.jpg", "m/in/3.jpg", "m/2.jpg", "4.jpg"]);
});

test("files that are chosen are named by their paths in the folder, or by their names", () => {
  const chosen = [{ name: "5.jpg" }, { name: "6.jpg", webkitRelativePath: "m/6.jpg" }];
  assert.deepEqual(named(chosen).map(({ path }) => path), ["5.jpg", "m/6.jpg"]);
});
