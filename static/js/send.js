/** Sends a request and says how much of it has been sent, which fetch does not. */

/**
 * @param {string} url
 * @param {Blob | FormData} body
 * @param {AbortSignal} signal
 * @param {(part: number) => void} onProgress
 * @returns {Promise<{status: number, text: string, retryAfter: string?}>} retryAfter is the response's header
 * @throws {{isAborted: boolean}} when there is no answer
 */
export function send(url, body, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => {
      const retryAfter = request.getResponseHeader("Retry-After");
      resolve({ status: request.status, text: request.responseText, retryAfter });
    };
    request.onerror = () => reject({ isAborted: false });
    request.onabort = () => reject({ isAborted: true });
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
