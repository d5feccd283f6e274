import assert from "node:assert/strict";
import { test } from "node:test";
import { Game, tasksOf, TOTAL_MS } from "../../../../static/js/fool_it/game.js";

const SEEDS = Array.from({ length: 200 }, (_, number) => number + 1);
const DRAWING = { strokes: [{ points: [{ x: 0.5, y: 0.5 }] }], squares: 1 };

/** Lets the clock of the present player run out. */
function runOut(game) {
  const { player } = game.round;
  while (game.round?.player === player && game.left_ms > 0) game.tick(200);
}

function readAs(game, guess, certain) {
  game.draw(DRAWING);
  game.round.reading = { guess, certain };
}

test("two groups get the same eight tasks from the same seed, and others from another", () => {
  assert.deepEqual(tasksOf(7), tasksOf(7));
  assert.notDeepEqual(tasksOf(7), tasksOf(8));
});

test("no set has two digits twice, and over the sets each is drawn and each wanted", () => {
  const sets = SEEDS.map(tasksOf);
  for (const tasks of sets) {
    assert.equal(new Set(tasks.map(({ drawn, target }) => [drawn, target].sort().join())).size, 8);
  }
  for (const name of ["drawn", "target"]) assert.equal(new Set(sets.flat().map((task) => task[name])).size, 10);
});

test("a doubtful answer with the target counts 1, a certain one 3, and nothing counts before a person said so", () => {
  const game = new Game(7, 1);
  readAs(game, game.round.target, false);
  assert.equal(game.isHit, true);
  assert.equal(game.points(), 0);
  game.win();
  game.next();
  readAs(game, game.round.drawn, true);
  assert.equal(game.isHit, false);
  game.next();
  readAs(game, game.round.target, true);
  game.win();
  assert.deepEqual([game.points(), game.n_fooled, game.drawn.length], [4, 2, 3]);
});

test("what is read as no digit, or not yet, is no hit", () => {
  const game = new Game(7, 1);
  for (const guess of [null, undefined]) {
    readAs(game, guess, false);
    assert.equal(game.isHit, false);
  }
  readAs(game, game.round.target, false);
  game.draw(DRAWING);
  assert.equal(game.isHit, false);
});

test("when the time of one player is up the game ends, and what was won stays", () => {
  const game = new Game(7, 1);
  readAs(game, game.round.target, true);
  game.win();
  game.next();
  runOut(game);
  game.next();
  assert.equal(game.round, undefined);
  assert.equal(game.points(), 3);
});

test("two players take turns, each with half of the time, and one goes on when the other has none", () => {
  const game = new Game(7, 2);
  assert.deepEqual(game.rounds.map(({ player }) => player), [0, 1, 0, 1, 0, 1, 0, 1]);
  assert.equal(game.left_ms, TOTAL_MS / 2);
  runOut(game);
  const players = [];
  for (game.next(); game.round; game.next()) {
    assert.equal(game.left_ms, TOTAL_MS / 2);
    players.push(game.round.player);
    readAs(game, game.round.target, false);
    game.win();
  }
  assert.deepEqual(players, [1, 1, 1, 1]);
  assert.deepEqual([game.points(0), game.points(1)], [0, 4]);
});

test("a machine that slept loses no more than a moment", () => {
  const game = new Game(7, 1);
  game.tick(3_600_000);
  assert.ok(game.left_ms > TOTAL_MS - 1000);
});
