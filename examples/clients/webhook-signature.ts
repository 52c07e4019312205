/**
 * Check that a webhook is from your KYC installation; copy this file into your backend.
 *
 * Standard Webhooks, signatures `v1` (HMAC-SHA256) and `v1a` (Ed25519), on Web Crypto alone: Node 20
 * or newer, Deno, Bun and workers at the edge.
 */

export type RefusalReason =
  | "headers_missing"
  | "timestamp_malformed"
  | "too_old"
  | "too_new"
  | "signature_mismatch"
  | "body_malformed";

export interface WebhookEvent {
  type: string;
  name: string;
  timestamp: string;
  /** `version` only grows for a user: drop an event that is older than what you have. */
  data: Record<string, unknown> & { partner_user_id?: string; version?: number };
}

/** Fetch's Headers, or an object like Node's `request.headers`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Record<string, string | string[] | undefined>;

export interface VerifyOptions {
  nowSeconds?: number;
  toleranceSeconds?: number;
}

const MIN_SECRET_BYTES = 24;
const MAX_SECRET_BYTES = 64;
const PUBLIC_KEY_BYTES = 32;

/** Do not believe this request; answer 401. `reason` is one word for your log. */
export class WebhookRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.name = "WebhookRefused";
    this.reason = reason;
  }
}

/**
 * The event of a request that was signed by one of the secrets within the last five minutes.
 *
 * `secrets` is one `whsec_…` or `whpk_…`, or several while you rotate; `body` is what came over the
 * wire, before a JSON parser. Throws a WebhookRefused, or a TypeError for a secret of another form.
 */
export async function verifyWebhook(
  secrets: string | readonly string[],
  headers: WebhookHeaders,
  body: Uint8Array | string,
  { nowSeconds = Date.now() / 1000, toleranceSeconds = 300 }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const keys = (typeof secrets === "string" ? [secrets] : secrets).map(keyOf);
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  const offered = signaturesOf(header(headers, "webhook-signature"));
  checkTime(timestamp, nowSeconds, toleranceSeconds);

  const content = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), content);
  let isSigned = false;
  for (const { version, algorithm, bytes } of keys) {
    const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
    for (const signature of offered.filter((each) => each.version === version)) {
      // Web Crypto compares in constant time, and every pair is compared.
      if (await crypto.subtle.verify(algorithm.name, key, signature.bytes, signed)) isSigned = true;
    }
  }
  if (!isSigned) throw new WebhookRefused("signature_mismatch");
  return parsed(content);
}

function header(headers: WebhookHeaders, name: string): string {
  const value = typeof headers.get === "function" ? headers.get(name) : named(headers, name);
  if (typeof value !== "string" || value === "") throw new WebhookRefused("headers_missing");
  return value;
}

function named(headers: object, name: string): unknown {
  return Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}

function checkTime(timestamp: string, nowSeconds: number, toleranceSeconds: number): void {
  if (!/^[0-9]{1,12}$/.test(timestamp)) throw new WebhookRefused("timestamp_malformed");
  if (Number(timestamp) < nowSeconds - toleranceSeconds) throw new WebhookRefused("too_old");
  if (Number(timestamp) > nowSeconds + toleranceSeconds) throw new WebhookRefused("too_new");
}

interface Signature { version: string; bytes: Uint8Array<ArrayBuffer> }

interface Key extends Signature { algorithm: { name: string; hash?: string } }

/** The signatures of the header; while the sender rotates there are two. */
function signaturesOf(text: string): Signature[] {
  const found: Signature[] = [];
  for (const each of text.split(" ")) {
    const comma = each.indexOf(",");
    const bytes = decoded(each.slice(comma + 1));
    if (comma > 0 && bytes !== null) found.push({ version: each.slice(0, comma), bytes });
  }
  return found;
}

function keyOf(secret: string): Key {
  if (secret.startsWith("whpk_")) {
    const bytes = decoded(secret.slice(5));
    if (bytes?.length === PUBLIC_KEY_BYTES) return { version: "v1a", bytes, algorithm: { name: "Ed25519" } };
    throw new TypeError("a webhook's public key is whpk_ and base64 of 32 bytes");
  }
  const bytes = decoded(secret.startsWith("whsec_") ? secret.slice(6) : secret);
  if (bytes === null || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES) {
    throw new TypeError("a webhook secret is whsec_ and base64 of 24 to 64 bytes");
  }
  return { version: "v1", bytes, algorithm: { name: "HMAC", hash: "SHA-256" } };
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | null {
  // atob overlooks white space and missing padding; a signature has neither.
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return null;
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function parsed(content: Uint8Array): WebhookEvent {
  try {
    const event: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
    if (typeof event === "object" && event !== null && !Array.isArray(event)) return event as WebhookEvent;
  } catch {
    // Signed, and still no JSON: refused below.
  }
  throw new WebhookRefused("body_malformed");
}
