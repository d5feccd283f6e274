import assert from "node:assert/strict";
import { test } from "node:test";
import { isHeic, shrunk, sizeToSend } from "../../../../static/js/server/shrink_picture.js";

const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));

test("a large picture is sent with 2,000 pixels on its longer side, a small one as it is", () => {
  assert.deepEqual(sizeToSend({ width: 3000, height: 4000 }), { width: 1500, height: 2000 });
  assert.deepEqual(sizeToSend({ width: 2000, height: 900 }), { width: 2000, height: 900 });
  assert.deepEqual(sizeToSend({ width: 9000, height: 2 }), { width: 2000, height: 1 });
});

test("HEIC is known by its first bytes, and AVIF, which browsers open, is not taken for it", () => {
  assert.ok(isHeic(bytes("\0\0\0\x18ftypheic")));
  assert.ok(isHeic(bytes("\0\0\0\x18ftypmif1")));
  assert.ok(!isHeic(bytes("\0\0\0\x18ftypavif")));
  assert.ok(!isHeic(bytes("\x89PNG\r\n\x1a\n")));
});

test("a folder, or a file that is gone or empty, is said to be unreadable, and another file is left to the server", async () => {
  globalThis.createImageBitmap = () => Promise.reject(new DOMException("", "InvalidStateError"));
  const folder = { size: 4096, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotFoundError")) }) };
  for (const file of [folder, new File([], "gone.png")]) {
    await assert.rejects(shrunk(file), { title: "The file cannot be read." });
  }
  const text = new File(["Dear Ada"], "letter.png");
  assert.equal(await shrunk(text), text);
});
