/** The dial for risk in words: from which of its risks on the answer is certain. */

import { write } from "../ui/dom.js";
import { translate } from "../ui/translate.js";

/** @param {import("../server/api_client.js").Answer?} answer that is shown */
export function sayRisk(answer) {
  const said = document.getElementById("risk-said"); // none in the file without a server
  if (said) write(said, answer?.certain_from === undefined ? "" : sentenceOf(answer));
}

function sentenceOf({ certain, certain_from }) {
  const options = [...document.getElementById("risk").options]; // the lowest risk first
  const least = certain_from !== null && options.find(({ dataset }) => certain_from <= Number(dataset.risk));
  if (!least) return translate("The answer is certain at none of these: a person has to read it.");
  const risk = least.textContent;
  return certain ? translate("The answer is certain, even at {risk}.", { risk }) : translate("At {risk} the answer would be certain.", { risk });
}
