import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { WaitView } from "../../../../static/js/learn/wait_view.js";

/** A view that has begun to wait, what it has announced, and a clock that the test advances. */
function waiting(run) {
  mock.timers.enable({ apis: ["setInterval"] });
  const [target, announced] = [{ textContent: "" }, []];
  let now_ms = 0;
  const view = new WaitView(target, (sentence) => announced.push(sentence), () => now_ms);
  const pass = (seconds) => {
    for (let second = 0; second < seconds; second++) {
      now_ms += 1000;
      mock.timers.tick(1000);
    }
  };
  view.begin();
  try {
    run(view, target, pass, announced);
  } finally {
    view.end();
    mock.timers.reset();
  }
}

test("it counts the seconds down between the answers of the server", () => {
  waiting((view, target, pass) => {
    view.update({ place: 3, seconds: 7.5 });
    assert.equal(target.textContent, "Place 3 in the queue: about 8 seconds");
    pass(2);
    assert.equal(target.textContent, "Place 3 in the queue: about 6 seconds");
  });
});

test("the first of the queue trains when its seconds are over; others are still in the queue", () => {
  waiting((view, target, pass) => {
    view.update({ place: 1, seconds: 2 });
    pass(2);
    assert.equal(target.textContent, "Training …");
    view.update({ place: 2, seconds: 2 });
    pass(5);
    assert.equal(target.textContent, "Place 2 in the queue: about 1 second");
  });
});

test("a screen reader hears each place once, and not each second", () => {
  waiting((view, target, pass, announced) => {
    view.update({ place: 2, seconds: 9 });
    pass(3);
    view.update({ place: 2, seconds: 6 });
    view.update({ place: 1, seconds: 1 });
    assert.deepEqual(announced, [
      "Training …",
      "Place 2 in the queue: about 9 seconds",
      "Place 1 in the queue: about 1 second",
    ]);
  });
});

test("while the server wants no request it says when the page asks again", () => {
  waiting((view, target) => {
    view.update({ seconds: 20 });
    assert.equal(target.textContent, "The server is busy. The page asks again in 20 seconds.");
  });
});
