import assert from "node:assert/strict";
import { test } from "node:test";
import { keptAnswer, statusOf, textOf } from "../../../../static/js/readings/entry.js";
import { doubtful, entry, unread } from "./entries.mjs";

for (const [name, read, status, text] of [
  ["a certain answer", entry("1\n2"), "certain", "1 2"],
  ["a doubtful answer", doubtful("12"), "doubtful", ""],
  ["what was read, in one line", doubtful("1\n2", { correction: "1 2" }), "accepted", "1 2"],
  ["something else", entry("12", { correction: "17" }), "corrected", "17"],
  ["nothing that anybody can read", entry("12", { correction: "" }), "unreadable", ""],
  ["a picture without an answer", unread, "waiting", ""],
  ["a picture that was refused", { ...unread, error: "Too large." }, "failed", ""],
]) {
  test(`${name} is ${status}, and its accepted text is "${text}"`, () => {
    assert.deepEqual([statusOf(read), textOf(read)], [status, text]);
  });
}

test("an answer is kept without the stages, and without its sentence, which is in one language", () => {
  const shared = { certain: true, certain_from: 0.001, doubt: null, model: "convnet", left_out: [], width: 280, height: 280 };
  const four = { digit: 4, certain: true, doubt: null, confidence: 0.99, activations: [0.01], image: "data:," };
  const found = { ...four, box: [0, 0, 9, 9], line: 0 };
  const kept = { text: "4", digits: [found], ...shared };
  assert.deepEqual(keptAnswer({ ...kept, message: "", stages: [1] }), kept);
});
