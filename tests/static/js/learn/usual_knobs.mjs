import { readKnobs } from "../../../../static/js/learn/knobs.js";

/** The knobs of an address without any. @returns {import("../../../../static/js/learn/knobs.js").Knobs} */
export const usualKnobs = () => readKnobs(new URLSearchParams()).knobs;
