/** Whether the page is of the standalone file, which works without a server: it reads one drawn digit. */
export const isStandalone = Boolean(globalThis.standalone);
