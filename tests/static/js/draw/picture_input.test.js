import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { draggedAddress, keepPicture, loadPicture, pictureAt } from "../../../../static/js/draw/picture_input.js";
import { giveStorage } from "../storage.mjs";

const chosen = (content) => {
  const file = new File([content], "seven.png", { type: "image/png" });
  return { file, upload: Promise.resolve(file) };
};

beforeEach(() => giveStorage());

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
  giveStorage(10);
  await keepPicture(chosen("7"));
  assert.equal(loadPicture(), null);
  giveStorage().set("inkling-picture", '"seven"');
  assert.equal(loadPicture(), null);
});

const dragged = (data) => draggedAddress({ getData: (type) => data[type] ?? "" });

let served;
beforeEach(() => {
  globalThis.location = { href: "http://here/lesson?model=mlp", origin: "http://here" };
  served = { ok: true, blob: async () => new Blob(["picture"], { type: "image/png" }) };
  globalThis.fetch = async (address) => ({ ...served, address });
});

test("of a dragged picture the address is its source, of a link its own", () => {
  const picture = '<a href="/page"><img alt="7" src="http://there/7.png?a=1&amp;b=2"></a>';
  assert.equal(dragged({ "text/html": picture, "text/uri-list": "http://there/page" }), "http://there/7.png?a=1&b=2");
  assert.equal(dragged({ "text/uri-list": "# a comment\r\nhttp://there/7.png\r\n" }), "http://there/7.png");
  assert.equal(dragged({ "text/plain": "a word" }), null);
});

test("a picture of this server is fetched, with its name", async () => {
  const file = await pictureAt("/static/examples/seven.png");
  assert.deepEqual([file.name, file.type, await file.text()], ["seven.png", "image/png", "picture"]);
});

test("a picture that the address holds itself is decoded", async () => {
  const file = await pictureAt(`data:image/gif;base64,${btoa("pixels")}`);
  assert.deepEqual([file.type, await file.text()], ["image/gif", "pixels"]);
});

test("a picture of another server is refused, and is not asked for", async () => {
  globalThis.fetch = () => assert.fail("asked");
  for (const address of ["http://there/7.png", "https://here/7.png", "file:///7.png", "http://["]) {
    await assert.rejects(pictureAt(address), { title: "A picture of another site cannot be opened from here." }, address);
  }
});

test("what is no picture, or is not there, is refused", async () => {
  const refusal = { title: "There is no picture at this address." };
  served = { ok: true, blob: async () => new Blob(["page"], { type: "text/html" }) };
  await assert.rejects(pictureAt("/lesson"), refusal);
  served = { ok: false };
  await assert.rejects(pictureAt("/7.png"), refusal);
  await assert.rejects(pictureAt("data:,7"), refusal);
  await assert.rejects(pictureAt("data:text/plain;base64,Nw=="), refusal);
});
