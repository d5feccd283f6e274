import assert from "node:assert/strict";
import { test } from "node:test";
import { statusOf } from "../../../../static/js/readings/entry.js";
import { atRisk, counts, inOrder, nextOpen } from "../../../../static/js/readings/order.js";
import { doubtful, entry, unread } from "./entries.mjs";

const listOf = (...entries) => entries.map((one, place) => ({ ...one, id: place + 1 }));
const ids = (entries) => entries.map(({ id }) => id);

test("the doubtful come first, also once they are decided on, then what failed, the certain, and what waits", () => {
  const failed = { ...unread, error: "Too large." };
  const list = listOf(unread, entry("1"), failed, doubtful("2", { correction: "3" }), entry("4"), doubtful("5"));
  assert.deepEqual(ids(inOrder(list)), [4, 6, 3, 2, 5, 1]);
});

test("the next to decide on is the first open one behind, or else before, doubtful or certain as the one before", () => {
  const list = inOrder(listOf(doubtful("1"), entry("2"), doubtful("3", { correction: "3" }), doubtful("4"), entry("5"), unread));
  const next = (id) => nextOpen(list, list.find((one) => one.id === id) ?? null)?.id;
  assert.deepEqual([next(null), next(1), next(3), next(4), next(2), next(5)], [1, 4, 4, 1, 5, 2]);
  assert.equal(nextOpen(list.filter(({ answer }) => answer?.certain), null), undefined);
});

test("all are counted by what came of them, and the certain ones that somebody looked at", () => {
  const list = listOf(entry("1"), entry("2", { correction: "5" }), doubtful("3", { correction: "3" }), { ...unread, error: "." });
  const { certain, corrected, accepted, failed, waiting, checked, checkedRight } = counts(list);
  assert.deepEqual([certain, corrected, accepted, failed, waiting, checked, checkedRight], [1, 1, 1, 1, 0, 1, 0]);
});

test("at another risk an entry is what the server would answer, and the same where that is unknown", () => {
  const from = (read, certain_from) => ({ ...read, answer: { ...read.answer, certain_from } });
  const [sure, unsure, never] = [from(entry("12"), 0.002), from(doubtful("12"), 0.02), from(doubtful("12"), null)];
  assert.deepEqual(atRisk(unsure, 0.02).answer, { ...unsure.answer, certain: true, doubt: null });
  assert.equal(statusOf(atRisk(sure, 0.001)), "doubtful");
  assert.equal(statusOf(atRisk(atRisk(sure, 0.001), 0.002)), "certain");
  for (const [read, risk] of [[sure, 0.002], [unsure, 0.01], [never, 0.05], [doubtful("1"), 0.05], [unread, 0.05]]) {
    assert.equal(atRisk(read, risk), read);
  }
});
