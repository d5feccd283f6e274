import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Sender } from "../../../../static/js/server/sender.js";
import { Problem } from "../../../../static/js/server/api_client.js";

const TEXTS = { title: "No.", detail: "Not a picture." };
const REFUSED = new Problem(TEXTS, false);
const OFFLINE = new Problem(TEXTS, false, { isPassing: true });
const BUSY = new Problem(TEXTS, false, { isPassing: true, wait_s: 5 });

/** A sender, the requests that it has sent, which the test answers, and what it reports. */
class Room {
  requests = [];
  reports = [];

  constructor() {
    const request = (id, signal) => new Promise((resolve, reject) => this.requests.push({ id, signal, resolve, reject }));
    this.sender = new Sender(request, {
      onAnswer: (id, answer) => this.reports.push([id, answer]),
      onProblem: (id, problem) => this.reports.push([id, problem]),
    }, 2);
  }

  get ids() {
    return this.requests.map(({ id }) => id);
  }

  async answer(place, answer) {
    this.requests[place].resolve(answer);
    await settled();
  }

  async fail(place, problem) {
    this.requests[place].reject(problem);
    await settled();
  }
}

const settled = () => new Promise((resolve) => process.nextTick(() => setImmediate(resolve)));

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("two pictures are under way at most, and one that fails does not stop the others", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3, 4]);
  assert.deepEqual(room.ids, [1, 2]);
  await room.answer(1, "B");
  await room.fail(0, REFUSED);
  assert.deepEqual([room.ids, room.reports], [[1, 2, 3, 4], [[2, "B"], [1, REFUSED]]]);
  await room.answer(2, "C");
  await room.answer(3, "D");
  assert.equal(room.requests.length, 4);
});

test("a picture that an absent server did not get is sent again, at once when there is a network", async () => {
  const room = new Room();
  room.sender.add([1]);
  await room.fail(0, OFFLINE);
  mock.timers.tick(999);
  assert.deepEqual(room.ids, [1]);
  mock.timers.tick(1);
  assert.deepEqual(room.ids, [1, 1]);
  await room.fail(1, OFFLINE);
  room.sender.resume();
  room.sender.resume(); // it is sent once
  assert.deepEqual(room.ids, [1, 1, 1]);
  await room.answer(2, "A");
  assert.deepEqual(room.ids, [1, 1, 1]);
});

test("a busy server gets nothing for as long as it says", async () => {
  const room = new Room();
  room.sender.add([1, 2]);
  await room.fail(0, BUSY);
  await room.fail(1, BUSY);
  mock.timers.tick(4999);
  assert.equal(room.requests.length, 2);
  mock.timers.tick(1);
  assert.deepEqual(room.ids, [1, 2, 1, 2]);
});

test("what was under way when it was stopped is sent first later, and its answer does not count", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3]);
  room.sender.stop();
  assert.ok(room.requests.every(({ signal }) => signal.aborted));
  await room.answer(0, "late");
  room.sender.add([4]);
  assert.deepEqual([room.ids, room.reports], [[1, 2], []]);
  room.sender.goOn();
  assert.deepEqual(room.ids, [1, 2, 1, 2]);
  room.sender.clear();
  room.sender.add([5]);
  assert.deepEqual(room.ids, [1, 2, 1, 2, 5]);
});
