// Runs cases through the TypeScript helper. Usage: node FILE HELPER < cases.json > answers.json
import { readFileSync } from "node:fs";

const { verifyWebhook, WebhookRefused } = await import(process.argv[2]);
const answers = [];
for (const { secrets, headers, body, now } of JSON.parse(readFileSync(0, "utf-8"))) {
  const bytes = new Uint8Array(Buffer.from(body, "base64"));
  const forms = [headers, new Headers(headers)];
  const found = [];
  for (const form of forms) {
    try {
      found.push((await verifyWebhook(secrets, form, bytes, { nowSeconds: now })).type);
    } catch (error) {
      if (error instanceof WebhookRefused) found.push(error.reason);
      else if (error instanceof TypeError) found.push("secret_malformed");
      else throw error;
    }
  }
  answers.push(found[0] === found[1] ? found[0] : found);
}
process.stdout.write(JSON.stringify(answers));
