import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Sender } from "../../../../static/js/server/sender.js";
import { BUSY, OFFLINE, REFUSED, Requests, settled } from "../requests.mjs";

/** A sender, the requests that it has sent, which the test answers, and what it reports. */
class Room extends Requests {
  reports = [];
  sender = new Sender(
    this.request,
    {
      onProgress: (id, part) => this.reports.push([id, part]),
      onAnswer: (id, answer) => this.reports.push([id, answer]),
      onProblem: (id, problem) => this.reports.push([id, problem]),
    },
    2,
  );
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("two pictures are under way at most, and one that fails does not stop the others", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3, 4]);
  assert.deepEqual(room.items, [1, 2]);
  await room.answer("B", 1);
  await room.fail(REFUSED, 0);
  assert.deepEqual([room.items, room.reports], [[1, 2, 3, 4], [[2, "B"], [1, REFUSED]]]);
  await room.answer("C", 2);
  await room.answer("D", 3);
  assert.equal(room.all.length, 4);
});

test("a picture that waits or is under way is not added twice, and one that is answered may be", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3]);
  room.sender.add([3, 1, 4]);
  for (const place of [0, 1, 2, 3]) await room.answer("A", place);
  assert.deepEqual(room.items, [1, 2, 3, 4]);
  room.sender.add([1]);
  assert.deepEqual(room.items, [1, 2, 3, 4, 1]);
});

test("a picture that an absent server did not get is sent again, at once when there is a network", async () => {
  const room = new Room();
  room.sender.add([1]);
  await room.fail(OFFLINE, 0);
  mock.timers.tick(999);
  assert.deepEqual(room.items, [1]);
  mock.timers.tick(1);
  assert.deepEqual(room.items, [1, 1]);
  await room.fail(OFFLINE, 1);
  room.sender.resume();
  room.sender.resume(); // it is sent once
  assert.deepEqual(room.items, [1, 1, 1]);
  await room.answer("A", 2);
  assert.deepEqual(room.items, [1, 1, 1]);
});

test("a busy server gets nothing for as long as it says", async () => {
  const room = new Room();
  room.sender.add([1, 2]);
  await room.fail(BUSY, 0);
  await room.fail(BUSY, 1);
  mock.timers.tick(4999);
  assert.equal(room.all.length, 2);
  mock.timers.tick(1);
  assert.deepEqual(room.items, [1, 2, 1, 2]);
});

test("what was under way when it was stopped is sent first later, and its answer does not count", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3]);
  room.sender.stop();
  assert.ok(room.all.every(({ signal }) => signal.aborted));
  await room.answer("late", 0);
  room.sender.add([4]);
  assert.deepEqual([room.items, room.reports], [[1, 2], []]);
  room.sender.goOn();
  assert.deepEqual(room.items, [1, 2, 1, 2]);
  room.sender.clear();
  room.sender.add([5]);
  assert.deepEqual(room.items, [1, 2, 1, 2, 5]);
});

test("what is removed is not sent: neither the one under way, nor one that waits, nor the last after a failure", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3, 4]);
  room.sender.remove(3);
  room.sender.remove(1);
  assert.ok(room.all[0].signal.aborted);
  assert.deepEqual(room.items, [1, 2, 4]);
  room.sender.remove(2);
  await room.fail(OFFLINE);
  room.sender.remove(4);
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(room.items, [1, 2, 4]);
});

test("it says how much of a picture is sent, and one that is tried again can be the next", async () => {
  const room = new Room();
  room.sender.add([1, 2, 3]);
  room.all[1].onProgress(0.5);
  await room.fail(REFUSED, 0);
  room.sender.add([4]);
  room.sender.addFirst(1);
  await room.answer("B", 1);
  assert.deepEqual([room.items, room.reports[0]], [[1, 2, 3, 1], [2, 0.5]]);
});
