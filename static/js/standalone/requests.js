/** What pages fetch from a server is answered by the standalone file itself. */

import { DEFAULT, NAMES, parametersOf, predict, readNumber, weightsOf } from "./answers.js";
import { problems, Refusal } from "./prepare.js";

/** @type {Record<string, (query: URLSearchParams, body: any) => Promise<Response>>} */
const ROUTES = {
  predict: (query, body) => answer(predict, query, body),
  read: (query, body) => answer(readNumber, query, body),
  "lesson/digits.bin": () => globalThis.standalone.unpack("lesson/digits.bin"),
  "models/article/parameters": async () => new Response(await parametersOf("article")),
  "models/weights": async (query) =>
    new Response(await weightsOf(query.get("model"), Number(query.get("layer")), Number(query.get("channel")))),
};

/** @returns {boolean} whether an address is one that a server would answer, or of a file that is in this one */
function isOurs(address) {
  const path = pathOf(address);
  return Object.hasOwn(ROUTES, path) || Object.hasOwn(globalThis.standalone?.files ?? {}, path); // none in a worker
}

function respond(address, body) {
  const path = pathOf(address);
  if (!Object.hasOwn(ROUTES, path)) return fetchOther(globalThis.standalone.files[path]);
  return ROUTES[path](new URLSearchParams(address.split("?")[1]), body);
}

const fetchOther = globalThis.fetch;

globalThis.fetch = (address, options) => (isOurs(address) ? respond(address, options?.body) : fetchOther(address, options));

const pathOf = (address) => String(address).split("?")[0];

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
