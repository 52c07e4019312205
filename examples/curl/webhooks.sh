#!/usr/bin/env bash
# Webhook endpoints and deliveries: docs/webhooks.md
set -euo pipefail
. "$(dirname "$0")/common.sh"
receiver=${KYC_WEBHOOK_URL:?where events are sent}
all=$KYC_URL/v1/webhook-endpoints

# The secret is shown this once: keep it.
id=$(call 201 "$all" -H "$key" -H "$json" -d "{\"url\":\"$receiver\"}" | field id)
call 200 "$all" -H "$key"
call 200 "$all/$id" -H "$key"
call 200 -X PATCH "$all/$id" -H "$key" -H "$json" -d '{"event_types":["kyc.status_changed"]}'

# Try it, and look at what became of it.
delivery=$(call 202 -X POST "$all/$id/test" -H "$key" | field id)
call 200 "$KYC_URL/v1/webhook-deliveries/$delivery" -H "$key"
call 200 "$KYC_URL/v1/webhook-deliveries?endpoint_id=$id&limit=10" -H "$key"
call 202 -X POST "$all/$id/replay-dead" -H "$key"

# Rotate: two secrets sign until your receiver knows the new one.
call 200 -X POST "$all/$id/rotate-secret" -H "$key"
call 200 -X POST "$all/$id/retire-old-secret" -H "$key"
call 204 -X DELETE "$all/$id" -H "$key"
