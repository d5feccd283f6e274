/** Calls of functions that a worker has, by their names: from the page, and in the worker. */

/** @param {Worker} worker that answers calls @returns {object} its functions: each returns a promise of the result */
export function callsOf(worker) {
  const waiting = []; // it answers in the order in which it is called
  worker.addEventListener("message", ({ data: { value, error } }) => {
    const { resolve, reject } = waiting.shift();
    if (error) reject(new Error(error));
    else resolve(value);
  });
  worker.addEventListener("error", () => {
    for (const { reject } of waiting.splice(0)) reject(new Error("worker"));
  });
  const call = (name, values) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker.postMessage({ name, values }, values.filter((value) => value instanceof ArrayBuffer));
    });
  return new Proxy({}, { get: (_, name) => (...values) => call(name, values) });
}

/** Answers calls: to be called in the worker. @param {Record<string, Function>} functions by their names */
export function answerCalls(functions) {
  globalThis.onmessage = ({ data: { name, values } }) => {
    try {
      globalThis.postMessage({ value: functions[name](...values) });
    } catch (error) {
      globalThis.postMessage({ error: String(error) });
    }
  };
}
