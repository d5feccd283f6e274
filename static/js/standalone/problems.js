/** Why the standalone page does not read a picture, as problem documents of the server (RFC 9457). */

import { language, translate } from "../ui/translate.js";
import { serverText } from "./server_text.js";

/** A picture that is not read. */
export class Refusal extends Error {
  /** @param {string} kind end of the problem's type @param {number} status @param {string} title @param {string} detail */
  constructor(kind, status, title, detail) {
    super(detail);
    this.document = { type: `urn:inkling:${kind}`, title, status, detail };
  }
}

const NEEDS_SERVER = translate("This file reads one drawn digit. Numbers, photographs and class sheets need Inkling’s server.");
const BLANK = serverText("No ink was found: no line is clearly darker or lighter than what is around it. Write one digit, large.");

export const problems = {
  blank() {
    const inWords = serverText("The picture has no ink, or nothing as large as a digit.");
    return new Refusal("no-digit-found", 422, serverText("No digit found"), language === "en" ? BLANK : inWords);
  },
  several: () => new Refusal("several-digits", 422, translate("More than one digit."), NEEDS_SERVER),
  photograph: () => new Refusal("photograph", 422, translate("Not a drawing."), NEEDS_SERVER),
  noPicture: () =>
    new Refusal("not-a-picture", 400, serverText("Not a picture"), serverText("The bytes are not a picture.")),
  unknownModel: (name) => new Refusal("unknown-model", 404, serverText("Unknown model"), `${name}`),
};
