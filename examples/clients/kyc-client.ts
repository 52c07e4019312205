/**
 * A client of the KYC API without dependencies: for Node 20 or newer, Deno, Bun and browsers.
 *
 * Methods answer the JSON object of the API or throw a KycError. They try again after 429, 503 and
 * lost connections; the Idempotency-Key that goes with each POST keeps that harmless. A secret key
 * belongs on a server; in a page or an app use a client token.
 */

export type KycStatusWord = "not_started" | "pending" | "verified" | "failed";
export type QuestionStatus = "pending" | "verified" | "failed" | "expired";
export type DocumentType = "PASSPORT" | "ID_CARD" | "DRIVERS_LICENSE";
export type RiskLevel = "LOW" | "MEDIUM" | "HIGH";

/** One credential: a secret key, an OAuth2 client, or a user's token. */
export type Credential =
  | { apiKey: string }
  | { clientId: string; clientSecret: string }
  | { token: string };

export interface Reason { code: string; step: string; action: string }

export interface ClientToken { client_token: string; launch_code: string; expires_at: string; widget_url: string }

export interface ClientTokenOptions {
  origins?: string[];
  tier?: string;
  locale?: string;
  claimed?: { given_name?: string; family_name?: string; date_of_birth?: string; country?: string };
  payment_url?: string;
  ttl_s?: number;
}

export interface KycStatus {
  partner_user_id: string;
  status: KycStatusWord;
  verified_at: string | null;
  stage: string;
  retryable: boolean;
  reasons: Reason[];
  tier: string | null;
  expires_at: string | null;
  version: number;
}

/** A status with its ETag, by which the next one is waited for. */
export interface KnownKycStatus extends KycStatus { etag: string }

export interface Session { session_id: string; partner_user_id: string; expires_at: string; payment_url: string | null }

export interface UserProfile {
  firstName?: string | null;
  lastName?: string | null;
  email?: string | null;
  phone?: string | null;
  dateOfBirth?: string | null;
  address?: { street?: string | null; postalCode?: string | null; city?: string | null; country?: string | null } | null;
  riskLvl?: RiskLevel | null;
}

export interface User {
  externalUserId: string;
  status: "ACTIVE" | "SUSPENDED";
  createdAt: string;
  suspendedAt: string | null;
  kycStatus: KycStatusWord;
  tier: string | null;
}

export interface Kyc {
  externalUserId: string;
  status: KycStatusWord;
  stage: string;
  tier: string | null;
  retryable: boolean;
  reasons: Reason[];
  verifiedAt: string | null;
  expiresAt: string | null;
  redirectUrl: string;
}

export interface DeclaredDocument {
  documentType: DocumentType;
  documentNumber: string;
  documentExpirationDate: string;
  openAccountReason: string;
  incomeSource: string;
  occupation: string;
  riskLvl: RiskLevel;
}

export interface Question {
  verification_type: "kyc" | "kyb" | "age" | "business_entity";
  check_type: string;
  provider: string;
}

export interface CustomerVerification extends Question {
  id: string;
  organization_id: string;
  customer_id: string;
  actor_id: string;
  provider_reference: string | null;
  status: QuestionStatus;
  reason: string | null;
  result_payload: Record<string, unknown>;
  created_at: string;
  updated_at: string;
  last_checked_at: string | null;
  verified_at: string | null;
  expires_at: string | null;
}

export interface QuestionFilters {
  customer_id?: string;
  status?: QuestionStatus;
  verification_type?: string;
  occurred_after?: string;
  occurred_before?: string;
  limit?: number;
}

export interface ErrorBody {
  error?: string;
  code?: string | null;
  message?: string;
  request_id?: string;
  fields?: Record<string, string>;
  [name: string]: unknown;
}

/** Decide by `error`; `code` is the partner face's P-code; a status of 0 means that no answer came. */
export class KycError extends Error {
  readonly error: string;
  readonly code: string | null;
  readonly requestId: string | null;

  constructor(readonly status: number, readonly body: ErrorBody) {
    super(`${status} ${body.error ?? ""}: ${body.message ?? ""} (${body.request_id ?? "no request id"})`);
    this.name = new.target.name;
    this.error = body.error ?? "";
    this.code = body.code ?? null;
    this.requestId = body.request_id ?? null;
  }
}

/** 401 or 403: the key, the token, its scope, or a suspended user. */
export class KycAccessDenied extends KycError {}

/** 404, or a user that the partner face does not know (P412). */
export class KycNotFound extends KycError {}

/** 422 kyc_required: open the widget for this user. */
export class KycRequired extends KycError {}

/** 429, 503 or no answer, after every retry. */
export class KycUnavailable extends KycError {}

interface Received { status: number; headers: Headers; body: unknown }

interface Sending {
  json?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
}

const LONGEST_WAIT_S = 60;
const BY_ERROR: Record<string, typeof KycError> = {
  kyc_required: KycRequired,
  user_not_found: KycNotFound,
  retry_later: KycUnavailable,
};
const BY_STATUS: Record<number, typeof KycError> = {
  0: KycUnavailable,
  401: KycAccessDenied,
  403: KycAccessDenied,
  404: KycNotFound,
  429: KycUnavailable,
  503: KycUnavailable,
};

export class KycClient {
  private readonly baseUrl: string;
  private accessToken: { text: string; endsAtMs: number } | null = null;

  constructor(
    baseUrl: string,
    private readonly credential: Credential,
    private readonly options: { timeoutMs?: number; retries?: number } = {},
  ) {
    this.baseUrl = baseUrl.replace(/\/+$/, "");
  }

  // The widget face

  createClientToken(partnerUserId: string, options: ClientTokenOptions = {}): Promise<ClientToken> {
    return this.call("POST", "/widget/client-tokens", { json: { partner_user_id: partnerUserId, ...options } });
  }

  refreshClientToken(): Promise<{ client_token: string; expires_at: string }> {
    return this.call("POST", "/widget/client-tokens/refresh", { json: {} });
  }

  /** The status; with `known` it is held back for up to `waitS` seconds while it is that one. */
  async kycStatus(partnerUserId: string, known?: KnownKycStatus, waitS = 25): Promise<KnownKycStatus> {
    const path = `/widget/users/${encodeURIComponent(partnerUserId)}/kyc-status`;
    const found = known
      ? await this.send("GET", `${path}?wait=${waitS}`, { headers: { "If-None-Match": known.etag } })
      : await this.send("GET", path);
    if (known && found.status === 304) return known;
    return { ...(found.body as KycStatus), etag: found.headers.get("ETag") ?? "" };
  }

  /** A session in which the user may transact; throws KycRequired for everyone else. */
  openSession(partnerUserId: string): Promise<Session> {
    return this.call("POST", "/widget/sessions", { json: { partner_user_id: partnerUserId } });
  }

  // The partner face

  createUser(externalUserId: string, profile: UserProfile = {}): Promise<User> {
    return this.call("POST", "/v1/user", { json: { externalUserId, ...profile } });
  }

  user(externalUserId: string): Promise<User> {
    return this.call("GET", `/v1/user/${externalUserId}`);
  }

  updateUser(externalUserId: string, profile: UserProfile): Promise<User> {
    return this.call("PATCH", `/v1/user/${externalUserId}`, { json: profile });
  }

  deleteUser(externalUserId: string): Promise<{ message: string }> {
    return this.call("DELETE", `/v1/user/${externalUserId}`);
  }

  suspendUser(externalUserId: string): Promise<User> {
    return this.call("POST", `/v1/user/${externalUserId}/suspend`);
  }

  unsuspendUser(externalUserId: string): Promise<User> {
    return this.call("POST", `/v1/user/${externalUserId}/unsuspend`);
  }

  addKycFile(externalUserId: string, documentType: DocumentType, side: "FRONT" | "BACK" | "SELFIE", file: Blob): Promise<{ fileId: string }> {
    return this.call("POST", "/v1/user/kyc-file", { form: formOf({ externalUserId, documentType, side }, file) });
  }

  addPoaFile(externalUserId: string, documentType: string, file: Blob): Promise<{ fileId: string }> {
    return this.call("POST", "/v1/user/poa-file", { form: formOf({ externalUserId, documentType }, file) });
  }

  addVerification(externalUserId: string, declared: DeclaredDocument): Promise<{ message: string }> {
    return this.call("POST", "/v1/user/verification", { json: { externalUserId, ...declared } });
  }

  createKyc(externalUserId: string, options: { tier?: string; locale?: string; returnUrl?: string } = {}): Promise<Kyc> {
    return this.call("POST", "/v1/user/kyc", { json: { externalUserId, ...options } });
  }

  /** Where to send the user's browser: once, within a minute. */
  async kycRedirect(externalUserId: string): Promise<string> {
    const found = await this.send("GET", `/v1/user/${externalUserId}/kyc/redirect`);
    return found.headers.get("Location") ?? "";
  }

  kyc(externalUserId: string): Promise<Kyc> {
    return this.call("GET", `/v1/user/${externalUserId}/kyc`);
  }

  // The verifications face

  async askAbout(customerId: string, question: Question): Promise<CustomerVerification> {
    const json = { customer_id: customerId, ...question };
    return (await this.call<{ data: CustomerVerification }>("POST", "/v1/customer-verifications", { json })).data;
  }

  async customerVerification(id: string): Promise<CustomerVerification> {
    return (await this.call<{ data: CustomerVerification }>("GET", `/v1/customer-verifications/${id}`)).data;
  }

  async override(id: string, status: "approve" | "reject" | "expire", reason: string): Promise<CustomerVerification> {
    const json = { status, reason };
    return (await this.call<{ data: CustomerVerification }>("PATCH", `/v1/customer-verifications/${id}`, { json })).data;
  }

  /** Every row, the newest first, page after page. */
  async *customerVerifications(filters: QuestionFilters = {}): AsyncGenerator<CustomerVerification> {
    const query = new URLSearchParams(Object.entries(filters).map(([name, value]) => [name, String(value)]));
    for (;;) {
      const page = await this.call<{ data: CustomerVerification[]; next_cursor: string | null }>(
        "GET", `/v1/customer-verifications?${query}`);
      yield* page.data;
      if (page.next_cursor === null) return;
      query.set("cursor", page.next_cursor);
    }
  }

  /** Any other operation of the API. */
  async call<T>(method: string, path: string, sending: Sending = {}): Promise<T> {
    return (await this.send(method, path, sending)).body as T;
  }

  private async send(method: string, path: string, sending: Sending = {}): Promise<Received> {
    const headers: Record<string, string> = { ...sending.headers };
    if (method === "POST") headers["Idempotency-Key"] ??= crypto.randomUUID();
    if (sending.json !== undefined) headers["Content-Type"] = "application/json";
    const body = sending.form ?? (sending.json === undefined ? null : JSON.stringify(sending.json));
    const retries = this.options.retries ?? 3;
    for (let attempt = 0; ; attempt += 1) {
      const found = await this.once(method, path, { ...headers, ...(await this.authorization()) }, body);
      const failure = (found.body ?? {}) as ErrorBody;
      const kind = BY_ERROR[failure.error ?? ""] ?? BY_STATUS[found.status] ?? KycError;
      if (found.status >= 200 && found.status < 400) return found;
      if (kind !== KycUnavailable || attempt === retries) throw new kind(found.status, failure);
      const waitS = Number(found.headers.get("Retry-After") ?? 2 ** attempt / 2);
      await new Promise((resolve) => setTimeout(resolve, Math.min(waitS, LONGEST_WAIT_S) * 1000));
    }
  }

  private async once(
    method: string, path: string, headers: Record<string, string>, body: string | FormData | URLSearchParams | null,
  ): Promise<Received> {
    try {
      const signal = AbortSignal.timeout(this.options.timeoutMs ?? 40_000);
      const found = await fetch(this.baseUrl + path, { method, headers, body, redirect: "manual", signal });
      const text = await found.text();
      return { status: found.status, headers: found.headers, body: text.startsWith("{") ? JSON.parse(text) : null };
    } catch (fault) {
      const message = fault instanceof Error ? fault.name : "no answer";
      return { status: 0, headers: new Headers(), body: { error: "no_answer", message } };
    }
  }

  private async authorization(): Promise<Record<string, string>> {
    if ("apiKey" in this.credential) return { "x-api-key": this.credential.apiKey };
    if ("token" in this.credential) return { Authorization: `Bearer ${this.credential.token}` };
    if (this.accessToken === null || Date.now() > this.accessToken.endsAtMs) {
      const basic = btoa(`${this.credential.clientId}:${this.credential.clientSecret}`);
      const form = new URLSearchParams({ grant_type: "client_credentials" });
      const found = await this.once("POST", "/oauth/token", { Authorization: `Basic ${basic}` }, form);
      if (found.status !== 200) {
        throw new (BY_STATUS[found.status] ?? KycError)(found.status, (found.body ?? {}) as ErrorBody);
      }
      const token = found.body as { access_token: string; expires_in: number };
      this.accessToken = { text: token.access_token, endsAtMs: Date.now() + (token.expires_in - 30) * 1000 };
    }
    return { Authorization: `Bearer ${this.accessToken.text}` };
  }
}

function formOf(fields: Record<string, string>, file: Blob): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, "file");
  return form;
}
