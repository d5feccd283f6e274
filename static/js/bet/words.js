/** Every text of the bet. */

import { translate } from "../ui/translate.js";

/** @param {import("./round.js").Guess} guess */
const named = (guess) => (guess === null ? translate("no digit") : String(guess));

export const words = {
  /** @param {import("./round.js").Guess} bet */
  placed: (bet) => translate("You chose: {bet}. The network’s answer is coming.", { bet: named(bet) }),

  /** @param {import("./round.js").Round} round @param {import("./round.js").Guess | undefined} truth if it is known */
  result({ bet, reading }, truth) {
    const values = { bet: named(bet), reading: named(reading) };
    return truth === undefined
      ? translate("You: {bet}. The network: {reading}.", values)
      : translate("You: {bet}. The network: {reading}. It was: {truth}.", { ...values, truth: named(truth) });
  },

  /** @param {import("./tally.js").Tally} tally */
  tally: (tally) =>
    translate("Right: you {class}, the network {network} of {count}", {
      class: tally.right("class"),
      network: tally.right("network"),
      count: tally.count,
    }),
  noBets: translate("No bet yet."),
  severalDigits: translate("You can only bet on a single digit."),
};
