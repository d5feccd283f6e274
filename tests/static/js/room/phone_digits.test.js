import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, beforeEach, test } from "node:test";
import { PhoneDigits } from "../../../../static/js/room/phone_digits.js";
import { giveStorage } from "../storage.mjs";

const drawing = (x) => ({ strokes: [{ points: [{ x, y: 0.5 }], pointerType: "pen", time_ms: 0 }], squares: 1 });
const states = (digits) => digits.all.filter((digit) => digit.drawing).map(({ digit, isSent, problem }) => [digit, isSent, problem?.type]);

/** What the server was asked. @type {{method: string, url: string, key: string, answer: (status: number, content: object) => void, fail: () => void}[]} */
let asked;

beforeEach(() => {
  asked = [];
  giveStorage(Infinity);
  const context = new Proxy({}, { get: () => () => {}, set: () => true });
  globalThis.document = { createElement: () => ({ getContext: () => context, toDataURL: () => "data:image/png;base64,AAAA" }) };
  globalThis.fetch = (url, { method, headers }) =>
    new Promise((resolve, reject) => {
      const answer = (status, content) => resolve(new Response(JSON.stringify(content), { status }));
      asked.push({ method, url, key: headers["X-Room-Key"], answer, fail: () => reject(new TypeError("no network")) });
    });
});
afterEach(() => {
  for (const name of ["document", "fetch", "sessionStorage"]) delete globalThis[name];
});

const isThere = { number: 4, waiting_s: 0 };

test("digits are sent one at a time, with one key that a reload keeps, and then have the phone's number", async () => {
  const digits = new PhoneDigits("BCDFGH");
  digits.send(0, drawing(0.1));
  digits.send(1, drawing(0.2));
  assert.deepEqual([asked.length, digits.number, digits.nextFrom(0)], [1, null, 2]);
  asked[0].answer(200, isThere);
  await once(digits, "change");
  assert.deepEqual([asked.length, digits.number, states(digits)], [2, 4, [[0, true, undefined], [1, false, undefined]]]);
  const reloaded = new PhoneDigits("BCDFGH");
  assert.deepEqual([reloaded.number, reloaded.phone, asked.length], [4, digits.phone, 3]); // what was not sent is sent again
  assert.match(digits.phone.key, /^[0-9a-f]{32}$/);
  assert.ok(asked.every(({ key }) => key === digits.phone.key));
  assert.notEqual(new PhoneDigits("JKLMNP").phone.key, digits.phone.key);
  for (const request of asked.slice(1)) request.answer(200, isThere);
});

test("of a digit that is drawn again on its way the last drawing counts, and is sent last", async () => {
  const digits = new PhoneDigits("BCDFGH");
  digits.send(7, drawing(0.1));
  digits.send(7, drawing(0.2));
  digits.send(7, null);
  const urls = [];
  for (let place = 0; place < 3; place++) {
    urls.push(`${asked[place].method} ${asked[place].url}`);
    assert.equal(digits.all[7].isSent, false);
    asked[place].answer(200, isThere);
    await once(digits, "change");
  }
  const path = "room/digit?code=BCDFGH&digit=7";
  assert.deepEqual(urls, [`POST ${path}`, `POST ${path}`, `DELETE ${path}`]);
  assert.deepEqual([digits.all[7].isSent, digits.nSent, digits.nextFrom(7)], [true, 0, 7]);
});

test("a room that has ended is no fault of a drawing, and the phone goes on saying so", async () => {
  const digits = new PhoneDigits("BCDFGH");
  digits.send(2, drawing(0.1));
  asked[0].answer(404, { type: "urn:inkling:unknown-room", title: "Unknown room", detail: "It has ended." });
  await once(digits, "change");
  assert.deepEqual([states(digits), digits.nextFrom(2), digits.problem.isPassing], [[[2, false, undefined]], 3, false]);
});

test("a drawing that is refused is the next to draw, and one that nobody answers is sent again", async () => {
  const digits = new PhoneDigits("BCDFGH");
  digits.send(2, drawing(0.1));
  asked[0].answer(422, { type: "urn:inkling:several-digits", title: "Several digits", detail: "Draw one." });
  await once(digits, "change");
  assert.deepEqual([states(digits), digits.nextFrom(2), digits.problem], [[[2, false, "urn:inkling:several-digits"]], 2, null]);
  digits.send(2, drawing(0.2));
  asked[1].fail();
  await once(digits, "change");
  assert.ok(digits.problem.isPassing);
  digits.sender.resume();
  asked[2].answer(200, { number: 4, waiting_s: 60 });
  await once(digits, "change");
  assert.deepEqual([states(digits), digits.problem, digits.isLate], [[[2, true, undefined]], null, true]);
});
