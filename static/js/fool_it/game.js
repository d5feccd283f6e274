/** The game without its page: eight tasks of a set, whose turn it is, the clocks, what was drawn and read, and the points. */

import { permutation, uniformNumbers } from "../network/random.js";

export const TOTAL_MS = 60_000;
const N_ROUNDS = 8;
const MOST_PER_TICK_MS = 300; // a machine that slept, or a page that was busy, costs no more
const POINTS = { doubtful: 1, certain: 3 };

// Two digits that people, too, take for each other, in either direction: 8 of these make a set.
const PAIRS = ["06", "14", "17", "23", "27", "35", "38", "49", "56", "59", "79", "89"];

/** @param {number} seed names the set @returns {{drawn: number, target: number}[]} */
export function tasksOf(seed) {
  const uniform = uniformNumbers(seed);
  const chosen = [...permutation(PAIRS.length, uniform)].slice(0, N_ROUNDS);
  return chosen.map((place) => {
    const [low, high] = [...PAIRS[place]].map(Number);
    return uniform() < 0.5 ? { drawn: low, target: high } : { drawn: high, target: low };
  });
}

/**
 * @typedef {import("../draw/contest.js").Guess} Guess
 * @typedef {{text: string, guess: Guess | undefined, confidence: number, certain: boolean}} Reading
 * @typedef {{drawn: number, target: number, player: number, drawing: import("../pad/drawing.js").Drawing?, reading: Reading?,
 *   points: number}} Round its last drawing, and what was read in that; null before
 */

export class Game {
  #place = 0;
  #left_ms;

  /** @param {number} seed @param {number} n_players who take turns, each with a clock of their own */
  constructor(seed, n_players) {
    const start = { drawing: null, reading: null, points: 0 };
    this.rounds = tasksOf(seed).map((task, place) => ({ ...task, ...start, player: place % n_players }));
    this.total_ms = TOTAL_MS / n_players;
    this.#left_ms = Array(n_players).fill(this.total_ms);
  }

  /** The present one, undefined at the end. @type {Round | undefined} */
  get round() {
    return this.rounds[this.#place];
  }

  /** From 1, as people count. */
  get number() {
    return this.#place + 1;
  }

  /** What the present player has. */
  get left_ms() {
    return this.#left_ms[this.round.player];
  }

  /** Whether the network reads the present drawing as the task wants it to. */
  get isHit() {
    const { reading, target } = this.round;
    return reading?.guess === target;
  }

  /** @returns {Round[]} those with something to show */
  get drawn() {
    return this.rounds.filter(({ drawing }) => drawing);
  }

  get n_fooled() {
    return this.rounds.filter(({ points }) => points > 0).length;
  }

  /** @param {number} [player] of all without */
  points(player) {
    const counted = this.rounds.filter((round) => player === undefined || round.player === player);
    return counted.reduce((sum, { points }) => sum + points, 0);
  }

  tick(elapsed_ms) {
    const { player } = this.round;
    this.#left_ms[player] = Math.max(0, this.#left_ms[player] - Math.min(elapsed_ms, MOST_PER_TICK_MS));
  }

  draw(drawing) {
    Object.assign(this.round, { drawing, reading: null });
  }

  win() {
    this.round.points = this.round.reading.certain ? POINTS.certain : POINTS.doubtful;
  }

  /** Begins the next round of a player who has time, or ends the game. */
  next() {
    do this.#place += 1;
    while (this.round && this.left_ms === 0);
  }
}
