import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Player } from "../../../../static/js/ui/player.js";
import { frame, run } from "../learn/runs.mjs";

const LAST = 6; // frames

let frames; // what the browser calls before it draws
let told;
let player;
let made;
globalThis.requestAnimationFrame = (callback) => frames.push(callback);

/** Lets the browser draw, at a time. */
async function draw(now_ms) {
  for (const callback of frames.splice(0)) callback(now_ms);
  for (let turn = 0; turn < 5; turn++) await null;
}

function begin(isStill = false) {
  [frames, told] = [[], []];
  made = run({ frames: [frame({ isLast: false })] });
  const trainer = { advance: async () => frame({ isLast: made.frames.length >= LAST - 1 }) };
  player = new Player(trainer, { onFrame: () => told.push(player.position), onEnd: () => told.push("end") }, () => isStill);
  player.load(made);
}

beforeEach(() => begin());

test("it learns a frame at each pace, up to the end", async () => {
  player.play();
  for (let now_ms = 1000; now_ms < 3000; now_ms += 50) await draw(now_ms);
  assert.deepEqual(told, [0, 0, 1, 2, 3, 4, 5, "end"]);
  assert.deepEqual([player.isPlaying, player.isAtEnd, made.frames.length], [false, true, LAST]);
});

test("nothing is learnt while the browser does not draw, as in a hidden tab", async () => {
  player.play();
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(made.frames.length, 1);
});

test("it waits for the pace, and shows nothing twice", async () => {
  player.play();
  await draw(1000);
  await draw(1050);
  assert.equal(made.frames.length, 2);
  player.changePace(1);
  await draw(1060);
  assert.equal(made.frames.length, 3);
});

test("it plays what is kept before it learns on, and at the end from the beginning", async () => {
  player.play();
  for (let now_ms = 1000; now_ms < 1400; now_ms += 100) await draw(now_ms);
  player.seek(1);
  assert.deepEqual([player.isPlaying, player.position], [false, 1]);
  const kept = made.frames.length;
  await player.step();
  assert.deepEqual([player.position, made.frames.length], [2, kept]);
  player.seek(99);
  await player.step();
  assert.equal(made.frames.length, kept + 1);
});

test("each of several quick clicks is a step", async () => {
  await Promise.all([player.step(), player.step(), player.step()]);
  assert.deepEqual([player.position, made.frames.length], [3, 4]);
});

test("a pause while a frame is being learnt ends at that frame, and it is shown", async () => {
  player.play();
  for (const callback of frames.splice(0)) callback(1000);
  player.pause();
  assert.deepEqual(told, [0, 0]);
  for (let turn = 0; turn < 9; turn++) await null;
  assert.deepEqual([told, player.position], [[0, 0, 1, "end"], 1]);
});

test("a pause between two frames is shown, so that the button says Play", async () => {
  player.play();
  await draw(1000);
  told = [];
  player.listener = { onFrame: () => told.push(player.isPlaying), onEnd: () => told.push("end") };
  player.pause();
  assert.deepEqual(told, [false, "end"]);
});

test("a frame that comes after another one was chosen is kept, and not shown", async () => {
  player.play();
  for (const callback of frames.splice(0)) callback(1000);
  player.seek(0);
  for (let turn = 0; turn < 9; turn++) await null;
  assert.deepEqual([player.position, made.frames.length], [0, 2]);
});

test("without motion only the end is shown", async () => {
  begin(true);
  player.play();
  for (let now_ms = 1000; now_ms < 1020; now_ms += 1) await draw(now_ms);
  assert.deepEqual(told, [0, 0, 5, "end"]);
});

test("without motion it does not wait for the browser to draw", async () => {
  begin(true);
  player.play();
  frames.shift()(Infinity);
  for (let turn = 0; turn < 99; turn++) await null;
  assert.deepEqual([made.frames.length, frames.length], [LAST, 0]);
});

test("a step pauses, and the slowest and the fastest pace are ends", async () => {
  player.play();
  await player.step();
  assert.deepEqual([player.isPlaying, player.position], [false, 1]);
  for (let n = 0; n < 9; n++) player.changePace(1);
  assert.ok(player.isFastest);
  for (let n = 0; n < 9; n++) player.changePace(-1);
  assert.ok(player.isSlowest);
});
