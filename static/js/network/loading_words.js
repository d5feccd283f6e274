/** What pages say while the weights of a network are loaded, and where that fails. */

import { translate } from "../ui/translate.js";

/** @param {number} part of the weights that has arrived, 0..1 */
export const loadingText = (part) => translate("Loading … {percent} %", { percent: Math.floor(100 * part) });

export const NO_NETWORK = translate("The numbers of the network cannot be loaded. Check the connection, then try again.");
