/** Every text that the pages' scripts write. */

export const words = {
  prompt: "Draw any digit, or a whole number.",
  penDown: "Pen down",
  penUp: "Pen up",
  undone: "Undone",
  redone: "Redone",
  padCleared: "Pad cleared",
  notRead: "not read",
  reading: "Reading …",

  /** @param {number} percent of the picture */
  sending: (percent) => `Sending … ${percent} %`,

  noAnswer: {
    title: "No answer from the server.",
    detail: "Your picture stays here, and is read as soon as the server answers.",
  },

  /** @param {number} seconds that the server wants no request */
  wait: (seconds) => ({
    title: "Too many pictures at once.",
    detail: `Your picture stays here, and is read within ${seconds} ${seconds === 1 ? "second" : "seconds"}.`,
  }),

  timeout: {
    title: "The server takes too long.",
    detail: "The connection may be slow, or the server busy.",
  },
  unreadableAnswer: {
    title: "The server's answer cannot be read.",
    detail: "Reload the page. If that does not help, ask the person who runs this server.",
  },
  heic: {
    title: "This browser cannot open HEIC photographs.",
    detail: "Save it as JPEG, or take a screenshot of it, and choose that.",
  },
  tooLarge: {
    title: "The file is too large, and this browser cannot make it smaller.",
    detail: "Take a screenshot of it and choose that, or photograph only the digits.",
  },
  noExample: {
    title: "The example cannot be loaded.",
    detail: "Check the connection, then choose it again.",
  },

  /**
   * @param {number} digit
   * @param {number} place in the number, from 1
   * @param {number} total of the number's digits
   * @param {boolean} isCertain
   */
  digitLabel: (digit, place, total, isCertain) =>
    `${digit}, digit ${place} of ${total}${isCertain ? "" : ", not certain"}`,

  /**
   * @param {number[]} activations of the digits 0 to 9
   * @returns {string} such as "7: 62 %, 1: 35 %, nothing else above 2 %"
   */
  inPercent(activations) {
    const ranked = activations.map((activation, digit) => ({ digit, activation }));
    ranked.sort((one, other) => other.activation - one.activation);
    const named = ranked.filter(({ activation }) => activation >= NAMED);
    const next = ranked[named.length]?.activation ?? 0;
    const bound = `above ${Math.max(1, Math.ceil(100 * next))} %`;
    if (named.length === 0) return `nothing ${bound}`;
    return [...named.map(share), `nothing else ${bound}`].join(", ");
  },

  readings: {
    kept: {
      all: "Kept in this tab of your browser until you close it, and nowhere else.",
      some: "Kept in this tab of your browser until you close it, and nowhere else. It is full: after a reload the oldest are gone.",
      none: "This browser keeps nothing: they are gone after a reload.",
    },
    notKept: "There was no room to keep this picture.",

    /** @param {string} text that was read */
    open: (text) => `${text}: back to the pad`,

    /** @param {string} text that was read @param {boolean} isCertain @param {string?} correction what was written */
    label(text, isCertain, correction) {
      if (correction !== null) return `${text}, it was ${correction}: correct or remove`;
      return isCertain ? `${text}: correct or remove` : `${text}, not certain: correct or remove`;
    },

    /** @param {string} text */
    readAs: (text) => `Read as ${text}. It was …`,

    /** @param {string} text what was written */
    corrected: (text) => `Noted: it was ${text}.`,

    /** @param {number} count of digits without a label */
    leftOut: (count) =>
      count === 1
        ? "1 digit is left out of CSV and PNG, because it is not certain: choose it to say what it was."
        : `${count} digits are left out of CSV and PNG, because they are not certain: choose them to say what they were.`,

    /** @param {number} count of readings */
    removed: (count) => (count === 1 ? "Reading removed" : `${count} readings removed`),

    /** @param {number} count of readings */
    bringBack: (count) => (count === 1 ? "Bring back the removed reading" : `Bring back ${count} removed readings`),
  },

  api: {
    copy: "Copy",
    copied: "Copied",
    sending: "Sending …",
    noAnswer: "No answer from the server. Check the connection.",

    /** @param {number} characters left out of a long text */
    leftOut: (characters) => `… ${characters} more characters`,

    /**
     * @param {number} status
     * @param {string} title empty in HTTP/2, which has none
     * @param {number} time_ms
     * @param {number} size_bytes
     */
    outcome: (status, title, time_ms, size_bytes) =>
      `${title ? `${status} ${title}` : status}, ${time_ms.toFixed(0)} ms, ` +
      `${size_bytes.toLocaleString("en")} bytes`,
  },
};

const NAMED = 0.2; // of the activations: smaller ones are not named

const share = ({ digit, activation }) =>
  `${digit}: ${activation > 0.99 ? "over 99" : Math.round(100 * activation)} %`;
