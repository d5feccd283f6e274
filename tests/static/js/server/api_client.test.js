import assert from "node:assert/strict";
import { test } from "node:test";
import { isAnswer, parse, requestAnswer } from "../../../../static/js/server/api_client.js";
import { isHeic, shrunk, sizeToSend } from "../../../../static/js/server/shrink_picture.js";

const digit = { digit: 7, certain: true, activations: Array(10).fill(0.1), box: [0, 0, 20, 30], image: "data:," };
const answer = { text: "7", message: "This looks like a 7.", digits: [digit], left_out: [] };
const response = (content, others) => ({ status: 200, text: JSON.stringify(content), retryAfter: null, ...others });
const problemOf = (given) => {
  try {
    parse(given, isAnswer);
  } catch (problem) {
    return problem;
  }
  throw new Error("no problem");
};

test("an answer is returned as it is, with what newer servers add", () => {
  const newer = { ...answer, colour: "blue" };
  assert.deepEqual(parse(response(newer), isAnswer), newer);
});

test("an answer that lacks what the page shows is said to be unreadable, as is one that is cut off", () => {
  const lacking = (name) => ({ ...answer, [name]: undefined });
  const contents = [null, {}, [], "ok", ...Object.keys(answer).map(lacking), { ...answer, digits: [] }];
  for (const name of ["activations", "box"]) contents.push({ ...answer, digits: [{ ...digit, [name]: undefined }] });
  for (const content of contents) {
    const { title, message, isWorthRetrying } = problemOf(response(content));
    assert.match(`${title} ${message}`, /cannot be read\. Reload the page\./, JSON.stringify(content));
    assert.ok(isWorthRetrying);
  }
  assert.match(problemOf(response(answer, { text: JSON.stringify(answer).slice(0, 90) })).title, /cannot be read/);
});

test("a problem is shown in the server's words, or in the page's where a proxy has others", () => {
  const refused = { title: "Too large", detail: "At most 10 MB.", status: 413 };
  const { title, message, isFault } = problemOf(response(refused, { status: 413 }));
  assert.deepEqual([title, message, isFault], ["Too large", "At most 10 MB.", true]);
  assert.equal(problemOf(response(refused, { status: 422 })).isFault, false);
  for (const content of [{ title: null, detail: null }, { error: "x" }, null]) {
    assert.match(problemOf(response(content, { status: 422 })).title, /cannot be read/);
  }
  assert.ok(problemOf(response("<html>", { status: 502 })).isPassing);
});

test("the page waits for seconds that a timer can count, and for nothing else", () => {
  const refused = { title: "Busy", detail: "Wait.", status: 429 };
  const waits = { 30: 30, "-5": 0, 99999999999: 0, "Wed, 21 Oct 2026 07:28:00 GMT": 0, 0: 0 };
  for (const [retryAfter, wait_s] of Object.entries(waits)) {
    const problem = problemOf(response(refused, { status: 429, retryAfter }));
    assert.deepEqual([problem.wait_s, problem.isPassing], [wait_s, wait_s > 0], retryAfter);
  }
});

test("a picture is not sent that another one has replaced while it was made smaller", async () => {
  const isTimeout = (problem) => problem.isWorthRetrying;
  await assert.rejects(requestAnswer(new Blob(), { model: "mlp", signal: AbortSignal.abort() }), isTimeout);
});

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
