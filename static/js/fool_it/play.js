/**
 * The game "Fool it": a set of eight tasks, which the address names, over the page; its rounds, the network's reading beside the
 * pad, the question after a hit, and the gallery. Its pad is its own, so that the drawing under it stays, and nothing of what is
 * meant to be misread joins the last readings.
 */

import { faceToFace, guessIn, listenForChoice, showLarge } from "../draw/contest.js";
import { Live } from "../live.js";
import { BETWEEN_STROKES_MS, drawOn } from "../pad/drawing.js";
import { Pad } from "../pad/pad.js";
import { requestAnswer } from "../server/api_client.js";
import { RequestQueue } from "../server/request_queue.js";
import { inAddress, storeInAddress } from "../state.js";
import { announce, element, partsOf, undoOrRedo, write } from "../ui/dom.js";
import { fileName, save } from "../ui/files.js";
import { activationPercent, aDigit } from "../ui/format.js";
import { formatNumber, translate, translatePlural } from "../ui/translate.js";
import { Game } from "./game.js";
import { posterOf } from "./poster.js";

const TICK_MS = 100;
const LAST_SECONDS = 10; // said, and in the colour of an alarm
const THANKS_MS = 6000; // the time of a sentence to think about
const N_SETS = 9999; // people can tell each other a number of four digits
const PICTURE_PX = 448; // of a drawing that is shown large, on dense screens
const NOTHING_READ = { text: "", guess: null, confidence: 0, certain: false, activations: Array(10).fill(0) };

const NAMES = [translate("Left"), translate("Right")];
const CERTAIN_AND_WRONG = translate("The answer was certain and wrong. That is the mistake we try hardest to avoid.");
const unbroken = (text) => text.replaceAll(" ", "\u00a0");
const withArticle = (digit) => unbroken(aDigit(digit));
const digitsOf = ({ drawn, target }) => ({ drawn: withArticle(drawn), target: withArticle(target) });
const pointsText = (count) => translatePlural("{count} point", "{count} points", count);
const newSeed = () => Math.ceil(N_SETS * Math.random());

export class Play {
  /** @type {Game?} */
  #game = null;
  #seed = 1;
  /** "start", "drawing", "asking" after a hit, "won" while that is shown large, or "end". */
  #phase = "start";
  /** Whether there is no answer: then the clock stands still. */
  #isStalled = false;
  #clock = 0; // timer, as is the next one
  #pause = 0; // after a stroke, until it is taken for the last one
  #ticked_ms = 0;
  /** How many states the pad had before the round: undo leads back to no other. */
  #floor = 0;

  /** @param {{chosen: () => {model: string, risk: string}, addresses: object}} network what reads, and what `Live` loads of it */
  constructor(dialog, { chosen, addresses }) {
    Object.assign(this, { dialog, chosen, part: partsOf(dialog) });
    this.live = new Live(addresses, (digit) => digit && this.pad.isDrawing && this.#pull(digit.activations));
    this.players = [...dialog.querySelectorAll("[name=players]")];
    this.pad = new Pad(this.part("pad"), this.part("pen"));
    this.reader = new RequestQueue((signal, onProgress) => this.#request(signal, onProgress), {
      onAnswer: ({ drawing, reading }) => this.#take(drawing, reading),
      onProblem: (problem) => this.#takeProblem(problem),
    });
    this.pad.addEventListener("draw", () => {
      clearTimeout(this.#pause);
      const { model } = this.chosen();
      if (this.live.has(model)) this.live.read(model, this.pad.drawn);
      else this.reader.readSoon();
    });
    this.pad.addEventListener("change", () => this.#change());
    const actions = {
      start: () => this.#start(),
      undo: () => this.#undo(),
      clear: () => {
        this.pad.lift();
        this.pad.clear();
      },
      skip: () => this.#next(),
      yes: () => this.#win(),
      no: () => this.#drawAgain(),
      save: () => this.#save(),
      again: () => this.#start(),
      another: () => {
        this.#store(newSeed());
        this.#start();
      },
      close: () => dialog.close(),
    };
    listenForChoice(dialog, (value) => actions[value]());
    dialog.addEventListener("keydown", (event) => this.#press(event));
    for (const input of this.players) input.addEventListener("change", () => this.#store());
  }

  open() {
    this.live.load(this.chosen().model);
    for (const input of this.players) input.checked = input.value === inAddress("players");
    this.#store(inAddress("fool") ?? newSeed());
    this.#setPhase("start");
  }

  close() {
    this.#setPhase("start");
    this.#stop();
    this.#game = null;
    storeInAddress({ fool: null, players: null });
  }

  get #n_players() {
    return this.players.findIndex(({ checked }) => checked) + 1;
  }

  #store(seed = this.#seed) {
    this.#seed = seed;
    storeInAddress({ fool: seed, players: String(this.#n_players) });
  }

  #setPhase(phase) {
    this.#phase = this.dialog.dataset.phase = phase;
    this.part("title").textContent = translate("Fool it");
    this.part("frame").inert = phase !== "drawing";
    if (phase === "drawing") this.pad.canvas.focus({ preventScroll: true });
  }

  #start() {
    this.#game = new Game(this.#seed, this.#n_players);
    this.#clock = setInterval(() => this.#tick(), TICK_MS);
    this.#beginRound();
  }

  #stop() {
    clearInterval(this.#clock);
    this.#stopRound();
  }

  #stopRound() {
    this.pad.lift();
    clearTimeout(this.#pause);
    this.reader.cancel();
  }

  #beginRound() {
    const { round, rounds, number } = this.#game;
    const task = translate("Draw {drawn} that it reads as {target}.", digitsOf(round));
    const parts = task.split(/(\d)/).map((part) => (/\d/.test(part) ? element("b", {}, part) : part));
    if (this.#n_players > 1) parts.unshift(element("span", { className: "turn" }, NAMES[round.player]));
    this.part("task").replaceChildren(...parts);
    this.dialog.dataset.player = round.player;
    this.part("round").textContent = translate("{number} of {count}", { number, count: rounds.length });
    [this.part("drawn").textContent, this.part("target").textContent] = [round.drawn, round.target];
    this.#isStalled = false;
    this.#drawAgain();
    this.#floor = this.pad.drawings.place;
    this.#showScores();
    this.#showClock();
  }

  /** Goes on with the round on an empty pad, if there is time. */
  #drawAgain() {
    if (this.#game.left_ms === 0) return this.#next();
    this.#setPhase("drawing");
    this.pad.clear();
    this.#showReading(null);
  }

  #undo() {
    this.pad.lift();
    if (this.#phase === "drawing" && this.pad.drawings.place > this.#floor) this.pad.undo();
  }

  /** Takes the keys of undo and redo, which the page under it has, too. */
  #press(event) {
    if (!undoOrRedo(event)) return;
    event.preventDefault();
    this.#undo();
  }

  #change() {
    clearTimeout(this.#pause);
    if (this.#phase !== "drawing") return;
    if (this.pad.isEmpty) {
      this.reader.cancel();
      this.#showReading(null);
    } else {
      this.#game.draw(this.pad.drawing);
      this.reader.readNext();
    }
  }

  async #request(signal, onProgress) {
    const drawing = this.pad.isDrawing ? null : this.pad.drawing;
    const answer = await requestAnswer(await this.pad.toPng(), { ...this.chosen(), signal, onProgress });
    const { text, certain, digits } = answer;
    const [{ confidence, activations }] = digits;
    return { drawing, reading: { text, guess: guessIn(answer), confidence, certain, activations } };
  }

  #takeProblem({ title, isFault, isPassing }) {
    const isAnswered = !isFault && !isPassing; // there is nothing to read
    if (isAnswered) return this.#take(this.#game.round.drawing, NOTHING_READ);
    this.#isStalled = true;
    write(this.part("reading"), `${title} ${translate("The clock stands still.")}`);
    if (this.#game.left_ms === 0) this.#next();
  }

  #take(drawing, reading) {
    const { round, left_ms } = this.#game;
    this.#isStalled = false;
    this.#showReading(reading);
    if (drawing !== round.drawing) return; // there is more of it to read
    round.reading = reading;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#decide(), left_ms === 0 ? 0 : BETWEEN_STROKES_MS);
  }

  /** Asks about a hit. Otherwise the round goes on until its player's time is up. */
  #decide() {
    if (this.pad.isDrawing) return;
    const { round, isHit, left_ms } = this.#game;
    if (isHit && !this.pad.isEmpty) {
      this.reader.cancel();
      this.#setPhase("asking");
      this.part("fair").textContent = translate("It reads {target}. Is it still {drawn}?", digitsOf(round));
      this.part("question").focus();
    } else if (left_ms === 0) {
      this.#next();
    }
  }

  async #win() {
    const game = this.#game;
    game.win();
    this.#setPhase("won");
    this.#showScores();
    const { drawing, target, player, points, reading } = game.round;
    const verdict = translatePlural("Fooled! {count} point", "Fooled! {count} points", points);
    const note = reading.certain ? CERTAIN_AND_WRONG : "";
    const sides = [
      { name: this.#n_players > 1 ? NAMES[player] : translate("You"), figure: pictureOf(drawing), isRight: true },
      { name: translate("The network"), figure: String(target) },
    ];
    announce(`${verdict}. ${note}`);
    await showLarge(this.dialog, { sides, verdict, note, isWon: true, shown_ms: note ? THANKS_MS : undefined });
    if (game === this.#game && this.#phase === "won") this.#next();
  }

  #next() {
    this.#stopRound();
    this.#game.next();
    if (this.#game.round) this.#beginRound();
    else this.#showEnd();
  }

  #tick() {
    const now_ms = performance.now();
    const elapsed_ms = now_ms - this.#ticked_ms;
    this.#ticked_ms = now_ms;
    const game = this.#game;
    if (this.#phase !== "drawing" || this.#isStalled || document.hidden || game.left_ms === 0) return;
    game.tick(elapsed_ms);
    this.#showClock();
    if (game.left_ms > 0) return;
    clearTimeout(this.#pause);
    this.pad.lift(); // what is drawn by then is still read
    this.part("frame").inert = true;
    if (!game.round.drawing || game.round.reading) this.#decide();
  }

  #showClock() {
    const { left_ms, total_ms } = this.#game;
    const seconds = Math.ceil(left_ms / 1000);
    const isLast = seconds <= LAST_SECONDS;
    if (this.part("seconds").textContent === formatNumber(seconds)) return;
    this.part("seconds").textContent = formatNumber(seconds);
    this.dialog.classList.toggle("is-last", isLast);
    this.dialog.style.setProperty("--left", (1000 * seconds) / total_ms);
    if (seconds === LAST_SECONDS) announce(translate("{count} seconds left", { count: seconds }));
  }

  #showScores() {
    const game = this.#game;
    const score = (name, player) => {
      const shown = element("span", {}, `${name} ${formatNumber(game.points(player))}`);
      if (player === game.round.player) shown.ariaCurrent = "true";
      return shown;
    };
    const scores = this.#n_players > 1 ? NAMES.map(score) : [pointsText(game.points())];
    this.part("scores").replaceChildren(...scores);
  }

  #showReading(reading) {
    write(this.part("reading"), reading ? translate("It reads: {text}", { text: nameOf(reading) }) : "");
    this.#pull((reading ?? NOTHING_READ).activations);
  }

  /** Shows how near the drawing is to either digit. @param {number[]} activations also while a stroke is drawn */
  #pull(activations) {
    const { drawn, target } = this.#game.round;
    for (const [name, digit] of Object.entries({ drawn, target })) this.part("tug").style.setProperty(`--${name}`, activations[digit]);
  }

  #showEnd() {
    this.#stop();
    this.#setPhase("end");
    const game = this.#game;
    this.dialog.dataset.player = 0;
    this.part("title").textContent = titleOf(game);
    this.part("round").textContent = translate("Set {number}", { number: this.#seed });
    const points = NAMES.map((_, player) => game.points(player));
    const side = (name, player) => ({
      name,
      figure: formatNumber(points[player]),
      isRight: points[player] > 0 && points[player] === Math.max(...points),
    });
    const sides = this.#n_players > 1 ? NAMES.map(side) : [side(translate("Points"), 0)];
    this.part("result").replaceChildren(faceToFace(sides));
    this.part("thanks").textContent = game.rounds.some(({ points, reading }) => points && reading.certain) ? CERTAIN_AND_WRONG : "";
    this.part("gallery").replaceChildren(...game.drawn.map(tileOf));
    this.part("title").focus();
  }

  async #save() {
    const address = `${location.origin}${location.pathname}?fool=${this.#seed}`;
    const tiles = this.#game.drawn.map((round) => ({ ...round, caption: captionOf(round) }));
    const score = `${pointsText(this.#game.points())} · ${this.part("round").textContent}`;
    const blob = await posterOf([this.part("title").textContent, score], tiles, address);
    const file = new File([blob], fileName("fool-it.png", new Date()), { type: blob.type });
    if (!navigator.canShare?.({ files: [file] })) save("fool-it.png", () => blob);
    else await navigator.share({ files: [file] }).catch(() => {}); // the visitor may close the list of apps
  }
}

const nameOf = ({ guess, text }) => (guess === null ? translate("no digit") : text);

function titleOf(game) {
  if (game.n_fooled === 0) return translate("It was not fooled this time");
  return translatePlural("Fooled once", "Fooled {count} times", game.n_fooled);
}

/** @returns {string[]} two lines */
function captionOf({ drawn, reading }) {
  const first = translate("Drawn as {drawn}", { drawn });
  if (!reading) return [first, translate("not read")];
  if (reading.guess === null) return [first, translate("read as no digit")];
  const share = unbroken(activationPercent(reading.confidence));
  return [first, translate("read as {text}, {share}", { text: reading.text, share })];
}

function pictureOf(drawing) {
  const canvas = element("canvas", { width: PICTURE_PX, height: PICTURE_PX, className: "chalk" });
  drawOn(canvas, drawing);
  return element("span", { className: "slate" }, canvas);
}

function tileOf(round) {
  const lines = captionOf(round).map((line) => element("span", {}, line));
  const tile = element("li", {}, pictureOf(round.drawing), ...lines);
  if (round.points) tile.append(element("b", { className: "disc" }, `+${round.points}`));
  return tile;
}
