// Every method of the TypeScript client against a live server. Usage: node FILE CLIENT PICTURE
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const [, , clientPath, picturePath] = process.argv;
const { KycClient, KycAccessDenied, KycNotFound, KycRequired, KycUnavailable } = await import(clientPath);
const { KYC_URL, KYC_API_KEY, KYC_CLIENT_ID, KYC_CLIENT_SECRET } = process.env;
const kyc = new KycClient(`${KYC_URL}/`, { apiKey: KYC_API_KEY });

// The widget face
const user = `user-${randomUUID()}`;
await assert.rejects(kyc.openSession(user), (error) => error instanceof KycRequired && error.status === 422);
const opened = await kyc.createClientToken(user, { payment_url: "https://shop.example/pay", ttl_s: 300 });
const widget = new KycClient(KYC_URL, { token: opened.client_token });
assert.ok((await widget.refreshClientToken()).client_token);
const before = await widget.kycStatus(user);
assert.equal(before.status, "not_started");
assert.equal(await kyc.kycStatus(user, before, 0), before);
await kyc.call("POST", `/v1/sandbox/users/${user}/simulate`, { json: { outcome: "verified" } });
assert.equal((await kyc.kycStatus(user, before, 5)).status, "verified");
assert.equal((await kyc.openSession(user)).partner_user_id, user);

// The partner face
const id = randomUUID();
assert.equal((await kyc.createUser(id, { firstName: "Anna", riskLvl: "LOW" })).status, "ACTIVE");
assert.equal((await kyc.user(id)).kycStatus, "not_started");
assert.equal((await kyc.updateUser(id, { lastName: "Eriksson" })).externalUserId, id);
assert.equal((await kyc.suspendUser(id)).status, "SUSPENDED");
await assert.rejects(kyc.createKyc(id), (error) => error instanceof KycAccessDenied && error.error === "user_suspended");
assert.equal((await kyc.unsuspendUser(id)).status, "ACTIVE");
assert.equal((await kyc.createKyc(id, { returnUrl: "https://shop.example/done" })).status, "not_started");
assert.match(await kyc.kycRedirect(id), /\/widget\/s\/.*#c=/);
const picture = new Blob([await readFile(picturePath)], { type: "image/jpeg" });
assert.match((await kyc.addKycFile(id, "PASSPORT", "FRONT", picture)).fileId, /^cap_/);
const declared = {
  documentType: "PASSPORT", documentNumber: "C01X00T47", documentExpirationDate: "2035-01-31",
  openAccountReason: "DAILY_USE", incomeSource: "SALARY", occupation: "IT", riskLvl: "LOW",
};
assert.ok((await kyc.addVerification(id, declared)).message);
assert.ok(["pending", "failed", "verified"].includes((await kyc.kyc(id)).status));
assert.match((await kyc.addPoaFile(id, "UTILITY_BILL", picture)).fileId, /^poa_/);
assert.ok((await kyc.deleteUser(id)).message);
await assert.rejects(kyc.user(id), (error) => error instanceof KycNotFound && error.code === "P412");

// The verifications face
const question = { verification_type: "kyc", check_type: "identity", provider: "builtin" };
const customer = `user-${randomUUID()}`;
const asked = [];
for (let count = 0; count < 3; count += 1) asked.push((await kyc.askAbout(customer, question)).id);
const listed = [];
for await (const row of kyc.customerVerifications({ customer_id: customer, limit: 2 })) listed.push(row.id);
assert.deepEqual(listed, asked.toReversed());
assert.equal((await kyc.override(asked[0], "reject", "Not our customer")).status, "failed");
assert.equal((await kyc.customerVerification(asked[0])).reason, "Not our customer");

// OAuth2: one token for many calls
const realFetch = globalThis.fetch;
let bought = 0;
globalThis.fetch = (address, init) => {
  bought += String(address).endsWith("/oauth/token") ? 1 : 0;
  return realFetch(address, init);
};
const oauth = new KycClient(KYC_URL, { clientId: KYC_CLIENT_ID, clientSecret: KYC_CLIENT_SECRET });
for (let count = 0; count < 3; count += 1) await oauth.kycStatus(user);
assert.equal(bought, 1);
globalThis.fetch = realFetch;
const wrong = new KycClient(KYC_URL, { clientId: KYC_CLIENT_ID, clientSecret: "wrong" });
await assert.rejects(wrong.kycStatus(user), KycAccessDenied);

// A server that fails: the same key every time, and an end to it
const keys = [];
const answers = [429, 0, 503, 201, 429, 429];
const failing = createServer((request, response) => {
  keys.push(request.headers["idempotency-key"]);
  const status = answers.shift();
  if (status === 0) return request.socket.destroy();
  response.writeHead(status, { "Content-Type": "application/json", "Retry-After": "0" });
  return response.end("{}");
});
await new Promise((resolve) => failing.listen(0, "127.0.0.1", resolve));
const stubborn = new KycClient(`http://127.0.0.1:${failing.address().port}`, { apiKey: "sk_test_0" });
await stubborn.createClientToken("user-1");
assert.equal(keys.length, 4);
assert.equal(new Set(keys).size, 1);
const hasty = new KycClient(`http://127.0.0.1:${failing.address().port}`, { apiKey: "sk_test_0" }, { retries: 1 });
await assert.rejects(hasty.createClientToken("user-1"), (error) => error instanceof KycUnavailable && error.status === 429);
failing.closeAllConnections();
failing.close();
console.log("every method answered");
