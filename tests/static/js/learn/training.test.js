import assert from "node:assert/strict";
import { test } from "node:test";
import { requestTraining } from "../../../../static/js/learn/training.js";

const json = (status, content, headers = {}) => new Response(JSON.stringify(content), { status, headers });
const waiting = (ticket, place, seconds) => () => json(202, { ticket, place, seconds });
const problem = (status, detail, headers) => () => json(status, { title: "No", detail }, headers);
const gone = () => {
  throw new TypeError("Failed to fetch");
};

/** Asks a server that answers like this, one answer after the other. */
async function ask(answers, { signal = new AbortController().signal, onSleep = () => {} } = {}) {
  const [asked, waits, slept] = [[], [], []];
  const send = async (url, { body }) => {
    asked.push(url);
    assert.equal(body, '{"hidden":3}');
    return answers[Math.min(asked.length, answers.length) - 1]();
  };
  const sleep = async (ms) => {
    slept.push(ms);
    onSleep(slept.length);
    signal.throwIfAborted();
  };
  const onWait = ({ place, seconds }) => waits.push([place, seconds]);
  const outcome = await requestTraining({ hidden: 3 }, { signal, onWait, send, sleep }).catch((error) => error);
  return { outcome, asked, waits, slept };
}

test("in the queue it asks again with its ticket, after two seconds at most", async () => {
  const { outcome, asked, waits, slept } = await ask([waiting("a/b", 3, 7.5), waiting("a/b", 1, 0.5), () => json(200, { frames: [] })]);
  assert.deepEqual(outcome, { frames: [] });
  assert.deepEqual(asked, ["training", "training?ticket=a%2Fb", "training?ticket=a%2Fb"]);
  assert.deepEqual(waits, [[3, 7.5], [1, 0.5]]);
  assert.deepEqual(slept, [2000, 500]);
});

for (const status of [429, 503]) {
  test(`after ${status} it waits as long as the server says, and asks without its ticket`, async () => {
    const busy = problem(status, "Full.", { "Retry-After": "20" });
    const { asked, waits, slept } = await ask([waiting("a", 1, 1), busy, () => json(200, { frames: [] })]);
    assert.deepEqual(asked, ["training", "training?ticket=a", "training"]);
    assert.deepEqual(waits[1], [undefined, 20]);
    assert.deepEqual(slept[1], 20_000);
  });
}

test("a server that is restarted while one waits is asked again for 20 seconds, with the ticket", async () => {
  const away = Array(10).fill([gone, problem(502, "")]).flat().slice(0, 10);
  const { outcome, asked, slept } = await ask([waiting("a", 2, 9), ...away, waiting("a", 1, 1), () => json(200, { frames: [1] })]);
  assert.deepEqual(outcome, { frames: [1] });
  assert.equal(asked.at(-1), "training?ticket=a");
  assert.deepEqual(slept.slice(1, 11), Array(10).fill(2000));
});

test("a server that is away for longer is given up", async () => {
  const { outcome, asked } = await ask([waiting("a", 2, 9), gone]);
  assert.equal(outcome.reason, "unreachable");
  assert.equal(asked.length, 12);
});

test("a server that does not answer the first question is asked once more", async () => {
  const { outcome, asked } = await ask([gone]);
  assert.equal(outcome.reason, "unreachable");
  assert.equal(asked.length, 2);
});

test("what is no answer of ours is said to be unreadable", async () => {
  const odd = [() => new Response("<h1>Hello</h1>"), () => json(200, null), () => json(202, { place: 1 }), () => json(202, null)];
  for (const answer of odd) assert.equal((await ask([answer])).outcome.reason, "unreadable");
});

test("training that is off, and a refusal, are told apart", async () => {
  assert.equal((await ask([problem(403, "Off.")])).outcome.reason, "off");
  const { outcome } = await ask([problem(400, "hidden must be 1 to 100.")]);
  assert.deepEqual([outcome.reason, outcome.message], ["refused", "hidden must be 1 to 100."]);
});

test("cancelled while it waits, it asks no more", async () => {
  const controller = new AbortController();
  const { outcome, asked } = await ask([waiting("a", 1, 9)], { signal: controller.signal, onSleep: () => controller.abort() });
  assert.equal(outcome.name, "AbortError");
  assert.equal(asked.length, 1);
});

test("cancelling ends the wait at once", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort());
  const send = async () => waiting("a", 9, 600)();
  const options = { signal: controller.signal, send, onWait: () => {} };
  await assert.rejects(requestTraining({}, options), { name: "AbortError" });
});
