import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { draggedAddress, pictureAt } from "../../../static/js/draw/picture_input.js";

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
