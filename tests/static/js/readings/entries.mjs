/** Entries as the pages keep them, small enough to follow. */

/** An entry whose digits have pictures named after them. */
export const entry = (text, { certain = true, correction = null, ...others } = {}) => {
  const digits = [...text.replace(/[^0-9]/g, "")].map((digit) => ({ digit: Number(digit), certain, image: `data:,${digit}` }));
  const answer = { text, certain, doubt: certain ? null : "unclear", digits };
  return { id: 1, file: null, answer, correction, error: "", ...others };
};
export const doubtful = (text, others) => entry(text, { certain: false, ...others });
export const unread = { ...entry("1"), answer: null };
