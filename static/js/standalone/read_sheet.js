/** The answer to a photograph of a class sheet, as the server's /sheet gives it, computed beside the page. */

import { levelsUrl } from "../ui/pixels.js";
import { callsOf } from "../ui/worker_calls.js";
import { toGrey } from "../network/ink_to_mnist.js";
import { doubtOf, isCertain, loadCertainty, rounded } from "./certainty.js";
import { decoded, pictureUrl, Refusal, serverText } from "./prepare_picture.js";

const CUT_OUT_PX = 64; // most, a side, of a box for people

/** The worker's calls, when it has its networks. @type {Promise<{reader: object}>?} */
let loading = null;

/** @param {string[]} names of networks @returns {Promise<{reader: object}>} in an object: all that is asked of calls is a call, even `then` */
async function loadReader(names) {
  const { sheetReader } = document.querySelector("[data-sheet-reader]").dataset;
  const reader = callsOf(new Worker(sheetReader, { type: "module" }));
  for (const name of names) {
    const response = await globalThis.standalone.unpack(`networks/${name}`);
    await reader.load(name, await response.arrayBuffer());
  }
  return { reader };
}

/**
 * @param {Blob} file @param {string[]} names of the networks that read it
 * @returns {Promise<import("../server/api_client.js").SheetAnswer>}
 * @throws {Refusal}
 */
export async function readSheet(file, names) {
  const grey = toGrey(await decoded(file));
  const sheet = await (await globalThis.standalone.unpack("class_sheet")).json();
  loading ??= loadReader(names);
  const { reader } = await loading;
  const { fault, corners, page, missing, boxes } = await reader.read(grey.pixels.buffer, grey.width, grey.height, sheet);
  const namesOf = (found) => found.map((corner) => serverText(sheet.cornerNames[corner])).join(", ");
  if (fault) {
    const { title, detail } = sheet.problems[fault];
    throw new Refusal(fault, 422, serverText(title), serverText(detail, { corners: namesOf(corners) }));
  }
  const written = boxes.filter(({ image }) => image).length;
  if (written === 0) {
    const detail = serverText("All {boxes} boxes of the sheet are empty. Write a digit into each, with a dark pen.", { boxes: boxes.length });
    throw new Refusal("no-digit-found", 422, serverText("No digit found"), detail);
  }
  const judge = await loadCertainty();
  const { pupils, first_pupil, tops } = page;
  const counts = { first: first_pupil, last: first_pupil + tops.length - 1, written, boxes: boxes.length };
  const sentences = [serverText("Pupils {first} to {last}: {written} of {boxes} boxes have a digit.", counts)];
  if (missing.length > 0) {
    sentences.push(
      serverText("Not found: the corner square {corners}. The borders of the boxes confirm where they are.", { corners: namesOf(missing) }),
    );
  }
  return {
    layout: { pupils, first_pupil, page: page.page },
    width: grey.width,
    height: grey.height,
    boxes: boxes.map((box) => answerOf(box, judge)),
    message: sentences.join(" "),
  };
}

function answerOf({ image, cutOut, isLeftOut, isStruckOut, activations, ...box }, judge) {
  const readings = Object.entries(activations ?? {}).map(([model, computed]) => {
    const byClass = rounded(computed);
    const confidence = Math.max(...byClass);
    const doubt = isLeftOut ? "ink_left_out" : doubtOf(byClass, isCertain(byClass, judge), isStruckOut);
    return { model, digit: byClass.indexOf(confidence), confidence, certain: doubt === null, doubt, activations: byClass };
  });
  const light = { ...cutOut, pixels: cutOut.pixels.map((contrast) => 1 - contrast) };
  return { ...box, is_empty: !image, image: image && levelsUrl(image), cut_out: pictureUrl(light, CUT_OUT_PX), readings };
}
