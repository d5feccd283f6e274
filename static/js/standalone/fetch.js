/** What pages fetch from a server is answered by the standalone file itself. */

import { isOurs, respond } from "./requests.js";

const fetchOther = globalThis.fetch;

globalThis.fetch = (address, options) =>
  isOurs(address) ? respond(address, options?.body) : fetchOther(address, options);
