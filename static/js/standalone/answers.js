/**
 * What pages fetch from a server is answered by the standalone file itself: pictures of one digit by the networks that it holds,
 * with the members that the server's answers have.
 */

import { digitOf } from "../network/network.js";
import { feedforward, loadTrained } from "../network/trained_network.js";
import { levelsUrl } from "../ui/pixels.js";
import { preparePicture, problems, Refusal, serverText, stagesOf } from "./prepare_picture.js";

const NAMES = ["article", "convnet"];
const DEFAULT = "convnet";

/** @param {string} name one of the names */
const loadNetwork = (name) => loadTrained(`models/weights?model=${name}`);

// As in nn/reading/risk.py, certainty.py and page/find.py.
const LEAST = 1e-4; // of a probability in a feature, so that its logarithm is finite
const MIN_OF_TWO = 0.8; // activation of the two likeliest digits together, where there is a digit
const MIN_WIDTH_OF_TWO = 0.9; // of ink that may be two touching digits, over its height
const DECIMALS = 6; // of activations

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
  const activations = rounded(computed.activations, DECIMALS);
  const hasMore = picture.leftOut.length > 0;
  const judge = await loadCertainty();
  const isOther = await isReadOtherwise(picture.prepared, computed, judge);
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

/** @returns {number[]} 784 inputs of a network, from 0 to 1 */
const inputsOf = (image) => Float32Array.from(image, (level) => level / 255);

/**
 * Whether ink that may be two touching digits is not read the same by the default network with certainty: that one has
 * learnt what is no digit. The server asks its network of lines.
 */
async function isReadOtherwise({ digit, image }, { activations }, judge) {
  if (digit.width < MIN_WIDTH_OF_TWO * digit.height) return false;
  const other = feedforward(await loadNetwork(DEFAULT), inputsOf(image)).activations;
  return !isCertain(other, judge) || digitOf(other) !== digitOf(activations);
}

/** @returns {Promise<{bias: number, weights: Record<string, number>, usual: Record<string, number>, threshold: number}>} */
const loadCertainty = async () => (await globalThis.standalone.unpack("certainty")).json();

/** Whether the probability that a digit is right is high enough: as `LogisticRegression` of nn/reading/risk.py. */
function isCertain(activations, { bias, weights, usual, threshold }) {
  const [best, second] = [...activations].sort((one, other) => other - one);
  const features = {
    confidence: Math.log((best + LEAST) / (1 - best + LEAST)),
    neither: Math.log(Math.max(1 - best - second, 0) + LEAST),
  };
  const terms = Object.entries(features).map(([name, value]) => weights[name] * (value - usual[name]));
  return 1 / (1 + Math.exp(-terms.reduce((sum, term) => sum + term, bias))) >= threshold;
}

/** @returns {string?} as `doubt_of_digit` of nn/reading/certainty.py */
function doubtOf(activations, isSure, isOther) {
  const [best, second] = [...activations].sort((one, other) => other - one);
  if (!isSure && best + second < MIN_OF_TWO) return "not_a_digit";
  return !isSure || isOther ? "unclear" : null;
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

const rounded = (numbers, decimals) => Array.from(numbers, (each) => Number(each.toFixed(decimals)));

/** @type {Record<string, (query: URLSearchParams, body: any) => Promise<Response>>} */
const ROUTES = {
  predict: (query, body) => answer(predict, query, body),
  read: (query, body) => answer(readNumber, query, body),
  "lesson/digits.bin": () => globalThis.standalone.unpack("lesson/digits.bin"),
  "models/weights": (query) => globalThis.standalone.unpack(`networks/${query.get("model")}`),
};

const fetchOther = globalThis.fetch;

/** Answers what a server would, and what is of a file that is in this one: a worker has none. */
globalThis.fetch = (address, options) => {
  const [path, query] = String(address).split("?");
  if (Object.hasOwn(ROUTES, path)) return ROUTES[path](new URLSearchParams(query), options?.body);
  return fetchOther(globalThis.standalone?.files[path] ?? address, options);
};

async function answer(read, query, body) {
  try {
    const model = query.get("model") || DEFAULT;
    if (!NAMES.includes(model)) throw problems.unknownModel(model);
    const file = body instanceof FormData ? body.get("image") : body;
    return Response.json(await read(file, model, query.get("explain")));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return Response.json(error.document, { status: error.document.status });
  }
}
