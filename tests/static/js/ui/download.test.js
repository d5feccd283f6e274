import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, zip } from "../../../../static/js/ui/download.js";

const bytes = (text) => new TextEncoder().encode(text);
const DATE = new Date(2026, 10, 26, 9, 30, 58);
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

test("the check value is that of the catalogue of CRC algorithms", () => {
  assert.equal(crc32(bytes("123456789")), 0xcbf43926);
  assert.equal(crc32(bytes("")), 0);
});

test("an archive without files is its end record alone", async () => {
  const archive = await bytesOf(zip([], DATE));
  assert.deepEqual([...archive], [0x50, 0x4b, 5, 6, ...Array(18).fill(0)]);
});

test("a file stands after its header, and the directory says where", async () => {
  const files = [{ name: "1/a.png", bytes: bytes("one") }, { name: "7/b.png", bytes: bytes("seven") }];
  const archive = await bytesOf(zip(files, DATE));
  const view = new DataView(archive.buffer);
  const text = (start, length) => new TextDecoder().decode(archive.slice(start, start + length));
  assert.equal(text(30, 7), "1/a.png");
  assert.equal(text(37, 3), "one");
  const directory = view.getUint32(archive.length - 6, true);
  assert.equal(directory, 40 + 42); // two headers of 30 bytes, names of 7, contents of 3 and 5
  const second = directory + 46 + 7;
  assert.equal(view.getUint32(second, true), 0x02014b50);
  assert.equal(view.getUint32(second + 42, true), 40);
});
