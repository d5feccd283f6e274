/** Every sentence that the page says by script. */

export const words = {
  digitInvitation: "Draw any digit from 0 to 9.",
  numberInvitation: "Write any number, in one line or several.",
  penDown: "Pen down",
  penUp: "Pen up",
  strokeUndone: "Last stroke undone",
  padCleared: "Pad cleared",
  noAnswer: {
    title: "No answer from the server.",
    detail: "Check the connection.",
  },
  noAnswerToFile: {
    title: "No answer from the server.",
    detail: "Check the connection. If your picture is very large, try a smaller one.",
  },
  tooSlow: {
    title: "The server takes too long.",
    detail: "The connection may be slow, or the server busy.",
  },
  notUnderstood: {
    title: "The server's answer cannot be read.",
    detail: "Reload the page. If that does not help, tell whoever runs this server.",
  },
  severalDigits: {
    title: "I see several digits.",
    detail: "Here I read one at a time.",
  },

  /**
   * @param {number} digit
   * @param {number} place in the number, from 1
   * @param {number} total of the number's digits
   * @param {boolean} isCertain
   */
  digitLabel: (digit, place, total, isCertain) =>
    `${digit}, digit ${place} of ${total}${isCertain ? "" : ", not sure"}`,

  /**
   * @param {string} name as the network gives it, such as "Sigmoid()"
   * @param {number} number of the hidden layer, from 1
   * @param {boolean} isConvolution
   */
  layerTitle: (name, number, isConvolution) =>
    `Hidden layer ${number}: ${isConvolution ? "convolution, " : ""}${name.replace("()", "")}`,

  /**
   * @param {number} pictures
   * @param {{height: number, width: number}} size of each, in neurons
   * @param {number} active how many have a neuron above half
   * @param {number} brightest the value drawn in full brightness
   */
  picturesSummary: (pictures, { height, width }, active, brightest) =>
    `${pictures} pictures of ${width} × ${height} neurons, each the answer to one question asked ` +
    `everywhere; a bright spot in ${active} of them, above half of the brightest (${brightest.toFixed(1)})`,

  /**
   * @param {number} neurons
   * @param {number} active how many are above half
   * @param {number} brightest the value drawn in full brightness
   */
  layerSummary: (neurons, active, brightest) =>
    brightest === 1
      ? `${neurons} neurons, ${active} active above one half`
      : `${neurons} neurons, ${active} active above half of the brightest (${brightest.toFixed(1)})`,
};
