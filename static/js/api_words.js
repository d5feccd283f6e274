/** Every text that the script of the API page writes: in English, as the page is. */

export const words = {
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
};
