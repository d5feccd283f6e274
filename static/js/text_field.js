/** Whether someone types: keys, and what is pasted, are then of the text and not of the pad. */

/** @param {Event} event @returns {boolean} */
export const isOfTextField = ({ target }) => target.matches?.(":read-write") ?? false;
