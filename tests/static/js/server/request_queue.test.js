import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { RequestQueue } from "../../../../static/js/server/request_queue.js";

const SECOND_MS = 1000;
const POINT_MS = 16; // from one point of a stroke to the next

/** A reader, the requests that it has sent, which the test answers, and what it tells its listener. */
class Room {
  requests = [];
  answers = [];
  problems = [];
  parts = [];
  isBusy = false;

  constructor() {
    this.reader = new RequestQueue((signal, onProgress) => this.#request(signal, onProgress), {
      onStart: () => (this.isBusy = true),
      onProgress: (part) => this.parts.push(part),
      onAnswer: (answer) => this.answers.push(answer),
      onProblem: (problem, keepsAnswer) => this.problems.push([problem, keepsAnswer]),
      onEnd: () => (this.isBusy = false),
    });
  }

  get last() {
    return this.requests.at(-1);
  }

  get open() {
    return this.requests.filter((request) => !request.isDone && !request.signal.aborted).length;
  }

  #request(signal, onProgress) {
    return new Promise((resolve, reject) => {
      const request = { signal, onProgress, isDone: false };
      const end = (settle) => async (value) => {
        request.isDone = true;
        settle(value);
        await settled();
      };
      this.requests.push(Object.assign(request, { answer: end(resolve), fail: end(reject) }));
    });
  }

  /** Draws a stroke; each request is answered after some time. */
  async stroke(time_ms, answer_ms = 30) {
    for (let at_ms = 0; at_ms < time_ms; at_ms += POINT_MS) {
      this.reader.readSoon();
      await this.#pass(POINT_MS, answer_ms);
    }
    this.reader.readNext();
    await this.#pass(100, answer_ms);
  }

  async #pass(time_ms, answer_ms) {
    for (let passed_ms = 0; passed_ms < time_ms; passed_ms += 4) {
      assert.ok(this.open <= 1);
      mock.timers.tick(4);
      for (const request of this.requests.filter((each) => !each.isDone)) {
        request.age_ms = (request.age_ms ?? 0) + 4;
        if (request.age_ms >= answer_ms) await request.answer("4");
      }
    }
  }
}

/** Waits until promises that are settled have been handled. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const gone = { isPassing: true, wait_s: 0 };
const busy = { isPassing: true, wait_s: 40 };
const unreadable = { isPassing: false, wait_s: 0 };

let room;
beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  room = new Room();
});

test("a 4 of three strokes that takes its time sends at most eight requests, the last when the pen is lifted", async () => {
  for (const time_ms of [2500, 1500, 2500]) await room.stroke(time_ms);
  assert.ok(room.requests.length >= 5);
  assert.ok(room.requests.length <= 8, `${room.requests.length} requests`);
  assert.equal(room.answers.length, room.requests.length);
});

test("something is read while the first stroke is drawn", async () => {
  await room.stroke(400);
  assert.equal(room.requests.length, 2);
});

test("the next drawing is read as often as the first", async () => {
  await room.stroke(1000);
  const first = room.requests.length;
  room.reader.cancel();
  await room.stroke(1000);
  assert.equal(room.requests.length, 2 * first);
});

test("while a request is under way none other is sent, and then only the newest", async () => {
  room.reader.readNow();
  for (let stroke = 0; stroke < 5; stroke++) room.reader.readNext();
  assert.equal(room.requests.length, 1);
  await room.last.answer("1");
  assert.equal(room.requests.length, 2);
  await room.last.answer("4");
  assert.equal(room.requests.length, 2);
  assert.deepEqual(room.answers, ["1", "4"]);
  assert.equal(room.isBusy, false);
});

test("another picture is read at once, and the answer to the one before is dropped", async () => {
  room.reader.readNow();
  const [first] = room.requests;
  room.reader.readNow();
  assert.equal(first.signal.aborted, true);
  await first.answer("1");
  assert.deepEqual(room.answers, []);
  room.reader.readNow();
  await room.requests[1].fail(gone);
  assert.deepEqual(room.problems, []);
  await room.last.answer("2");
  assert.deepEqual(room.answers, ["2"]);
});

test("a server that is busy gets nothing as long as it says, then the newest, and the answer stays", async () => {
  room.reader.readNow();
  await room.last.answer("1");
  room.reader.readNext();
  await room.last.fail(busy);
  await room.stroke(1000);
  assert.equal(room.requests.length, 2);
  assert.ok(room.problems.every(([problem, keepsAnswer]) => problem === busy && keepsAnswer));
  mock.timers.tick(39 * SECOND_MS - 1100);
  assert.equal(room.requests.length, 2);
  mock.timers.tick(SECOND_MS);
  assert.equal(room.requests.length, 3);
  await room.last.answer("7");
  assert.deepEqual(room.answers, ["1", "7"]);
});

test("what a busy server has refused is read after the wait, without another stroke", async () => {
  room.reader.readNow();
  await room.last.fail(busy);
  mock.timers.tick(40 * SECOND_MS);
  assert.equal(room.requests.length, 2);
});

test("a server that is gone is not asked again where there is nothing to read any more", async () => {
  room.reader.readNow();
  await room.last.fail(gone);
  room.reader.cancel();
  mock.timers.tick(60 * SECOND_MS);
  assert.equal(room.requests.length, 1);
});

test("a busy server is left alone when the drawing was cleared, and says so about the next one", async () => {
  room.reader.readNow();
  await room.last.fail(busy);
  room.reader.cancel();
  room.reader.readNext();
  assert.equal(room.requests.length, 1);
  assert.deepEqual(room.problems, [[busy, false], [busy, false]]);
  mock.timers.tick(40 * SECOND_MS);
  assert.equal(room.requests.length, 2);
});

test("nothing is sent after the wait where there is nothing to read any more", async () => {
  room.reader.readNow();
  await room.last.fail(busy);
  room.reader.cancel();
  mock.timers.tick(40 * SECOND_MS);
  assert.equal(room.requests.length, 1);
});

test("a server that is gone is asked again by itself, after pauses that grow to eight seconds", async () => {
  room.reader.readNow();
  for (const pause_s of [1, 2, 4, 8, 8]) {
    await room.last.fail(gone);
    const sent = room.requests.length;
    mock.timers.tick(pause_s * SECOND_MS - 1);
    assert.equal(room.requests.length, sent);
    mock.timers.tick(1);
    assert.equal(room.requests.length, sent + 1);
  }
  await room.last.answer("7");
  room.reader.readNext();
  await room.last.fail(gone);
  mock.timers.tick(SECOND_MS); // the pauses begin again at the shortest
  assert.equal(room.requests.length, 8);
});

test("the answer stays while the server is gone, unless another picture was chosen", async () => {
  room.reader.readNow();
  await room.last.answer("1");
  room.reader.readNext();
  await room.last.fail(gone);
  room.reader.readNow();
  await room.last.fail(gone);
  assert.deepEqual(room.problems, [[gone, true], [gone, false]]);
});

test("a stroke is tried at once while the server is gone", async () => {
  room.reader.readNow();
  await room.last.fail(gone);
  room.reader.readNext();
  assert.equal(room.requests.length, 2);
  await room.last.answer("7");
  mock.timers.tick(10 * SECOND_MS);
  assert.equal(room.requests.length, 2);
});

test("nothing is sent again where the same request would fail again", async () => {
  room.reader.readNow();
  await room.last.answer("1");
  room.reader.readNext();
  await room.last.fail(unreadable);
  mock.timers.tick(60 * SECOND_MS);
  assert.equal(room.requests.length, 2);
  assert.deepEqual(room.problems, [[unreadable, false]]);
});

test("a request that gets on, however slowly, is not dropped", async () => {
  room.reader.readNow();
  for (const part of [0.25, 0.5, 0.75, 1]) {
    mock.timers.tick(20 * SECOND_MS - 1);
    room.last.onProgress(part);
  }
  await room.last.answer("7");
  mock.timers.tick(60 * SECOND_MS);
  assert.equal(room.last.signal.aborted, false);
  assert.deepEqual([room.parts, room.answers], [[0.25, 0.5, 0.75, 1], ["7"]]);
});

test("how much of a picture was sent is not said of one that was replaced", () => {
  room.reader.readNow();
  room.reader.readNow();
  room.requests[0].onProgress(0.5);
  assert.deepEqual(room.parts, []);
});

test("a request of which nothing passes for 20 seconds is dropped", () => {
  room.reader.readNow();
  mock.timers.tick(20 * SECOND_MS - 1);
  assert.equal(room.last.signal.aborted, false);
  mock.timers.tick(1);
  assert.equal(room.last.signal.aborted, true);
});
