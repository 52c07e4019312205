// Without a byte moving for so long the line is taken for dead; how long a large picture takes on a slow one is its own.
const STALLED_MS = 30_000;
// When all has arrived, the server looks at the picture.
const ANSWER_MS = 60_000;

/**
 * Sends a form, and tells how much of it has left: `fetch` cannot, and would give up on a slow line in mid-picture.
 *
 * @param {string} address
 * @param {FormData} form
 * @param {Record<string, string>} headers
 * @param {(share: number) => void} [onShare] 0 to 1
 * @returns {Promise<Response>} rejected when no answer comes
 */
export function sendForm(address, form, headers, onShare) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer = 0;
    const patience = (/** @type {number} */ ms) => {
      clearTimeout(timer);
      timer = window.setTimeout(() => request.abort(), ms);
    };
    const tell = (/** @type {ProgressEvent} */ { loaded, total }) => {
      patience(loaded < total ? STALLED_MS : ANSWER_MS);
      onShare?.(total ? loaded / total : 0);
    };
    request.upload.addEventListener("progress", tell);
    request.upload.addEventListener("load", tell);
    request.addEventListener("loadend", () => {
      clearTimeout(timer);
      if (!request.status) return reject(new TypeError("no answer"));
      const told = ["Date", "ETag"].map((name) => [name, request.getResponseHeader(name) ?? ""]);
      resolve(new Response(request.response, { status: request.status, headers: Object.fromEntries(told) }));
    });
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    patience(STALLED_MS);
    request.send(form);
  });
}
