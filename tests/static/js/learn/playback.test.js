import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Playback } from "../../../../static/js/learn/playback.js";

/** A playback of some frames, with a clock that the test advances. */
function playing(count, run) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const shown = [];
  const playback = new Playback(() => shown.push(playback.position));
  playback.load(count);
  try {
    run(playback, (ms) => mock.timers.tick(ms), shown);
  } finally {
    mock.timers.reset();
  }
}

test("each frame is shown once, in order, and it stops at the last", () => {
  playing(4, (playback, tick, shown) => {
    playback.play();
    for (let time = 0; time < 10; time++) tick(100);
    assert.deepEqual(shown, [0, 0, 1, 2, 3]);
    assert.equal(playback.isPlaying, false);
  });
});

test("at the end it plays from the beginning", () => {
  playing(3, (playback, tick) => {
    playback.seek(2);
    playback.play();
    assert.equal(playback.position, 0);
    tick(100);
    assert.equal(playback.position, 1);
  });
});

test("slow motion also slows what is playing, and a second press does not play twice as fast", () => {
  playing(9, (playback, tick) => {
    playback.play();
    playback.play();
    playback.setSlow(true);
    tick(700);
    assert.equal(playback.position, 0);
    tick(100);
    assert.equal(playback.position, 1);
    playback.setSlow(false);
    tick(100);
    assert.equal(playback.position, 2);
  });
});

test("going to a frame pauses there, and beyond the ends at the ends", () => {
  playing(5, (playback, tick) => {
    playback.play();
    playback.seek(3);
    tick(1000);
    assert.equal(playback.position, 3);
    playback.seek(99);
    assert.equal(playback.position, 4);
    playback.seek(-1);
    assert.equal(playback.position, 0);
  });
});

test("another run begins at its beginning, and the one before plays no more", () => {
  playing(5, (playback, tick) => {
    playback.play();
    tick(100);
    playback.load(2);
    tick(1000);
    assert.equal(playback.position, 0);
  });
});

test("a run of one frame ends at once", () => {
  playing(1, (playback, tick) => {
    playback.play();
    tick(100);
    assert.deepEqual([playback.position, playback.isPlaying], [0, false]);
  });
});
