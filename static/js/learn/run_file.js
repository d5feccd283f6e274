/** A run as a file: saved on the user's machine, and opened again. */

import { knobsOf, withinLimits } from "./knobs.js";
import { NotARun, Run } from "./run.js";

const FORMAT = "inkling-run";
const VERSION = 1;
const MOST_BYTES = 30_000_000; // the largest run has a few million

/** @typedef {"large" | "json" | "format" | "version" | "damaged"} Fault of a file */

/** Why a file is not opened. */
export class BadFile extends Error {
  /** @param {Fault} fault */
  constructor(fault) {
    super(fault);
    this.fault = fault;
  }
}

/** @param {{answer: any, knobs: import("./knobs.js").Knobs}} run @returns {string} JSON */
export const toFileText = ({ answer, knobs }) => JSON.stringify({ format: FORMAT, version: VERSION, knobs, answer });

/**
 * @param {Blob} file
 * @returns {Promise<{run: Run, knobs: import("./knobs.js").Knobs}>}
 * @throws {BadFile}
 */
export async function openFile(file) {
  if (file.size > MOST_BYTES) throw new BadFile("large");
  return openText(await file.text());
}

/** @param {string} text of a file @returns {{run: Run, knobs: import("./knobs.js").Knobs}} @throws {BadFile} */
export function openText(text) {
  const content = parsed(text);
  if (content?.format !== FORMAT) throw new BadFile("format");
  if (content.version !== VERSION) throw new BadFile("version");
  try {
    const run = new Run(content.answer);
    return { run, knobs: withinLimits({ ...knobsOf(run.settings), ...content.knobs }) };
  } catch (error) {
    if (error instanceof NotARun) throw new BadFile("damaged");
    throw error;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadFile("json");
  }
}
