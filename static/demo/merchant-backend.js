/** The demo shop's own backend. The widget's secret key lives there, never in this page. */
export class MerchantBackend {
  /**
   * @param {string} partnerUserId
   * @param {string} csrfToken
   */
  constructor(partnerUserId, csrfToken) {
    this.partnerUserId = partnerUserId;
    this.csrfToken = csrfToken;
  }

  /** What POST /widget/sessions answered: 201 or 422, with its body. @returns {Promise<{status: number, body: any}>} */
  async callSession() {
    const answer = await this.#post("/demo/session-call");
    const isWrapped = typeof answer.body?.status === "number" && "body" in answer.body;
    return isWrapped ? answer.body : answer;
  }

  /** A client token's launch code for the signed-in user. @returns {Promise<{launch_code: string, widget_url: string}>} */
  async buyLaunchCode() {
    const { status, body } = await this.#post("/demo/client-token");
    if (status >= 400) throw new Error(body?.message ?? "No client token");
    return body;
  }

  readStatus() {
    return this.#get(`/demo/kyc-status?partner_user_id=${encodeURIComponent(this.partnerUserId)}`);
  }

  /** @returns {Promise<any[]>} newest first */
  async readWebhooks() {
    const body = await this.#get(`/demo/webhooks?partner_user_id=${encodeURIComponent(this.partnerUserId)}`);
    return Array.isArray(body) ? body : (body?.webhooks ?? []);
  }

  /**
   * @param {FormData} form
   * @returns {Promise<{front_url: string, back_url: string | null}>}
   */
  async printSpecimen(form) {
    const response = await fetch("/demo/specimens", { method: "POST", body: form, headers: { "X-CSRFToken": this.csrfToken } });
    const body = await response.json().catch(() => null);
    if (!response.ok) throw new Error(body?.message ?? "The specimen could not be printed.");
    return body;
  }

  /** @param {string} path */
  async #post(path) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": this.csrfToken };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify({ partner_user_id: this.partnerUserId }) });
    return { status: response.status, body: await response.json().catch(() => null) };
  }

  /** @param {string} path */
  async #get(path) {
    const response = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
    return response.json().catch(() => null);
  }
}
