import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { quarterTurns, turned, Uploads } from "../../../../static/js/class/photographs.js";
import { BUSY, OFFLINE, REFUSED, Requests, settled } from "../requests.mjs";

/** The uploads of a page, the requests that they have sent, which the test answers, and the answers. */
class Room extends Requests {
  answers = [];
  uploads = new Uploads(this.request, (answer) => this.answers.push(answer));

  get states() {
    return this.uploads.photographs.map(({ file, sent, problem, hasFailed }) => [file, sent, problem, hasFailed]);
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("photographs are sent one after another, in their order, and leave when they are read", async () => {
  const room = new Room();
  room.uploads.add(["a", "b"]);
  room.uploads.add(["c"]);
  assert.deepEqual(room.items, ["a"]);
  room.all[0].onProgress(0.5);
  assert.deepEqual(room.states.map(([file, sent]) => [file, sent]), [["a", 0.5], ["b", null], ["c", null]]);
  await room.answer("A");
  await room.answer("B");
  assert.deepEqual([room.items, room.answers], [["a", "b", "c"], ["A", "B"]]);
  await room.answer("C");
  assert.deepEqual([room.states, room.uploads.isBusy], [[], false]);
});

test("one that cannot be read stays with its reason, the others are read, and it can be tried again", async () => {
  const room = new Room();
  room.uploads.add(["a", "b"]);
  await room.fail(REFUSED);
  await room.answer("B");
  assert.deepEqual([room.states, room.answers], [[["a", null, REFUSED, true]], ["B"]]);
  assert.equal(room.uploads.isBusy, false);
  room.uploads.retry(room.uploads.photographs[0]);
  await room.answer("A");
  assert.deepEqual([room.items, room.answers, room.states], [["a", "b", "a"], ["B", "A"], []]);
});

test("where the server cannot be reached, or is busy, the photograph is kept and sent again by itself", async () => {
  const room = new Room();
  room.uploads.add(["a"]);
  await room.fail(OFFLINE);
  assert.deepEqual(room.states, [["a", null, OFFLINE, false]]);
  mock.timers.tick(1000);
  assert.deepEqual(room.states, [["a", 0, OFFLINE, false]]);
  room.all.at(-1).onProgress(0.5);
  assert.deepEqual(room.states, [["a", 0.5, null, false]]);
  await room.fail(BUSY);
  mock.timers.tick(4999);
  assert.deepEqual(room.items, ["a", "a"]);
  mock.timers.tick(1);
  await room.answer("A");
  assert.deepEqual([room.answers, room.states], [["A"], []]);
});

test("what is removed is not sent: neither the one under way, nor one that waits, nor the last after a failure", async () => {
  const room = new Room();
  room.uploads.add(["a", "b", "c"]);
  const [a, b] = room.uploads.photographs;
  room.uploads.remove(b);
  room.uploads.remove(a);
  assert.ok(room.all[0].signal.aborted);
  await room.fail(OFFLINE);
  assert.deepEqual(room.items, ["a", "c"]);
  room.uploads.remove(room.uploads.photographs[0]);
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual([room.items, room.states], [["a", "c"], []]);
});

const SIZE = { width: 100, height: 40 };

/** Returns a box of a sheet that was photographed after so many turns to the left. */
function box(turns, [right, down]) {
  const corners = [[0, 0], [right, down], [right - down, down + right], [-down, right]];
  const back = [([x, y]) => [x, y], ([x, y]) => [y, -x], ([x, y]) => [-x, -y], ([x, y]) => [-y, x]];
  return { corners: corners.map(back[turns]) };
}

for (const turns of [0, 1, 2, 3]) {
  test(`a sheet that needs ${turns} quarter turns gets them, however crooked it lies besides`, () => {
    assert.equal(quarterTurns([box(turns, [10, 0])]), turns);
    assert.equal(quarterTurns([box(turns, [10, 6]), box(turns, [10, -3])]), turns);
  });
}

test("points move with the picture, whose sides change places at odd turns", () => {
  const corners = [0, 1, 2, 3].map((turns) => turned(SIZE, turns));
  assert.deepEqual(corners.map(({ width, height }) => [width, height]), [[100, 40], [40, 100], [100, 40], [40, 100]]);
  // Its top left corner goes clockwise around the picture.
  assert.deepEqual(corners.map(({ turn }) => turn([0, 0])), [[0, 0], [40, 0], [100, 40], [0, 100]]);
  assert.deepEqual(corners.map(({ turn }) => turn([100, 0])), [[100, 0], [40, 100], [0, 40], [0, 0]]);
});
