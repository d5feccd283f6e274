/**
 * What pages fetch from a server is answered by the standalone file itself: pictures of one digit by the networks that it holds,
 * with the members that the server's answers have.
 */

import { digitOf } from "../network/network.js";
import { feedforward, loadTrained } from "../network/trained_network.js";
import { toBase64 } from "../ui/files.js";
import { inputsOf, levelsUrl } from "../ui/pixels.js";
import { doubtOf, isCertain, loadCertainty, rounded } from "./certainty.js";
import { takeDrawn } from "./drawn_here.js";
import { preparePicture, problems, Refusal, serverText, stagesOf } from "./prepare_picture.js";
import { readSheet } from "./read_sheet.js";
import { isStruckOut } from "./struck_out.js";

const NAMES = ["article", "convnet"];
const DEFAULT = "convnet";

/** @param {string} name one of the names */
const loadNetwork = (name) => loadTrained(`models/weights?model=${name}`);

const MIN_WIDTH_OF_TWO = 0.9; // as in nn/reading/page/find.py: of ink that may be two touching digits, over its height

const STAGES = {
  grey: serverText("In grey"),
  ink: serverText("The ink, cleaned"),
  crop: serverText("Cut out along the ink"),
  scaled: serverText("Scaled: the longer side has 20 pixels"),
};

/**
 * @param {string} model one of the networks' names
 * @param {string?} explain "stages" to add them
 * @returns {Promise<object>} the answer of /predict
 * @throws {import("./prepare_picture.js").Refusal}
 */
async function predict(file, model, explain) {
  const { digit, message, picture } = await read(file, model);
  const { width, height } = picture.grey;
  return { ...digit, message, left_out: leftOutOf(picture), width, height, model, ...stages(picture, explain) };
}

/** @returns {Promise<object>} the answer of /read, as `predict` */
async function readNumber(file, model, explain) {
  const { digit, message, picture } = await read(file, model);
  const [text, { box, grey: { width, height } }, { certain, doubt }] = [String(digit.digit), picture, digit];
  const found = { ...digit, line: 0, box };
  const members = { number: text, text, lines: [text], certain, doubt, message, digits: [found] };
  const signs = { doubtful_signs: [], text_apart: null }; // there are none beside one digit
  return { ...members, ...signs, left_out: leftOutOf(picture), width, height, model, ...stages(picture, explain) };
}

async function read(file, model) {
  const picture = await preparePicture(file);
  const { image } = picture.prepared;
  const computed = feedforward(await loadNetwork(model), inputsOf(image));
  const activations = rounded(computed.activations);
  const hasMore = picture.leftOut.length > 0;
  const judge = await loadCertainty();
  const isOther = isStruckOut(picture.prepared.digit) || (await isReadOtherwise(picture.prepared, computed, judge));
  const doubt = hasMore ? "ink_left_out" : doubtOf(activations, isCertain(activations, judge), isOther);
  const confidence = Math.max(...activations);
  const digit = {
    digit: activations.indexOf(confidence),
    confidence,
    certain: doubt === null,
    doubt,
    activations,
    image: levelsUrl(image),
  };
  return { digit, message: messageOf(activations, doubt), picture };
}

/** Ink beside the digit may be a point, a minus or a part of another digit: the server asks its network of lines. */
const leftOutOf = ({ leftOut }) => leftOut.map((box) => ({ box, why: "beside_the_digit" }));

/**
 * Whether ink that may be two touching digits is not read the same by the default network with certainty: that one has
 * learnt what is no digit. The server asks its network of lines.
 */
async function isReadOtherwise({ digit, image }, { activations }, judge) {
  if (digit.width < MIN_WIDTH_OF_TWO * digit.height) return false;
  const other = feedforward(await loadNetwork(DEFAULT), inputsOf(image)).activations;
  return !isCertain(other, judge) || digitOf(other) !== digitOf(activations);
}

/** @returns {string} as `message` of app/service/messages.py */
function messageOf(activations, doubt) {
  const ranked = [...activations.keys()].sort((one, other) => activations[other] - activations[one] || one - other);
  const [best, another] = ranked.map((digit) => serverText(digit === 8 ? "an {digit}" : "a {digit}", { digit }));
  if (doubt === null) return serverText("This looks like {a_digit}.", { a_digit: best });
  if (doubt === "unclear") return serverText("Not certain: {a_digit}, or perhaps {another}.", { a_digit: best, another });
  const guess = serverText("Best guess: {number}.", { number: ranked[0] });
  if (doubt === "ink_left_out") {
    const reasons = serverText("something beside the digit");
    return `${guess} ${serverText("Not read: {reasons}.", { reasons })}`;
  }
  return `${serverText("This does not look like a digit.")} ${guess}`;
}

function stages(picture, explain) {
  if (explain !== "stages") return {};
  return { stages: stagesOf(picture).map((stage) => ({ ...stage, caption: serverText(STAGES[stage.name]) })) };
}

/** Takes a digit for the class's page, read by each network, or takes it back. @returns {Promise<object>} as the server's rooms */
async function takeDigit(query, { method, headers, body }) {
  const [key, digit] = [headers["X-Room-Key"], Number(query.get("digit"))];
  if (method === "DELETE") return takeDrawn(key, digit, { image: null, readings: [] });
  const answers = [];
  for (const model of NAMES) answers.push({ model, ...(await read(body, model)) });
  const readings = answers.map(({ model, digit: { image, ...reading } }) => ({ model, ...reading }));
  return takeDrawn(key, digit, { image: toBase64(answers[0].picture.prepared.image), readings });
}

/** @type {Record<string, (query: URLSearchParams, options: RequestInit) => Promise<Response>>} */
const ROUTES = {
  predict: (query, { body }) => answer(() => ofModel(predict, query, body)),
  read: (query, { body }) => answer(() => ofModel(readNumber, query, body)),
  sheet: (query, { body }) => answer(() => readSheet(fileIn(body), NAMES)),
  "room/digit": (query, options) => answer(() => takeDigit(query, options)),
  "lesson/digits.bin": () => globalThis.standalone.unpack("lesson/digits.bin"),
  "models/weights": (query) => globalThis.standalone.unpack(`networks/${query.get("model")}`),
};

const fetchOther = globalThis.fetch;

/** Answers what a server would, and what is of a file that is in this one: a worker has none. */
globalThis.fetch = (address, options) => {
  const [path, query] = String(address).split("?");
  if (Object.hasOwn(ROUTES, path)) return ROUTES[path](new URLSearchParams(query), options ?? {});
  return fetchOther(globalThis.standalone?.files[path] ?? address, options);
};

const fileIn = (body) => (body instanceof FormData ? body.get("image") : body);

function ofModel(read, query, body) {
  const model = query.get("model") || DEFAULT;
  if (!NAMES.includes(model)) throw problems.unknownModel(model);
  return read(fileIn(body), model, query.get("explain"));
}

async function answer(respond) {
  try {
    return Response.json(await respond());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return Response.json(error.document, { status: error.document.status });
  }
}
