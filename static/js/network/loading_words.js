/** What pages say while the weights of a network are loaded, and where that fails. */

import { translate } from "../ui/translate.js";

export const loadingText = (percent) => translate("Loading … {percent} %", { percent });

export const NO_NETWORK = translate("The numbers of the network cannot be loaded. Check the connection, then try again.");
