#!/usr/bin/env bash
# The profiles face, from the app of a signed-in user: docs/profiles-face.md
set -euo pipefail
. "$(dirname "$0")/common.sh"
user=${KYC_USER:-user-of-profiles-sh}
profiles=$KYC_URL/profiles/api/v1

# Your backend gets the token; the rest is the app's.
token=$(call 201 "$KYC_URL/widget/client-tokens" -H "$key" -H "$json" \
  -d "{\"partner_user_id\":\"$user\"}" | field client_token)
bearer="Authorization: Bearer $token"
call 200 "$KYC_URL/v1/sandbox/users/$user/simulate" -H "$key" -H "$json" \
  -d '{"outcome":"verified","tier":"basic"}'

call 200 "$profiles/compliance/summary/" -H "$bearer" -H 'X-Device-Id: 6f1c9a0e-4a51-4b0a'
call 200 "$profiles/eligibility/check/" -H "$bearer" -H "$json" \
  -d '{"product":"card","country":"DE","currency":"EUR"}'
call 200 "$profiles/compliance/policies/?country=DE&language=en" -H "$bearer"
# Accepted twice: 201 the first time, 200 ever after.
curl -s "$profiles/compliance/policies/terms_of_use/accept/" -H "$bearer" -H "$json" -d '{}'
call 200 "$profiles/compliance/policies/terms_of_use/accept/" -H "$bearer" -H "$json" -d '{}'
# Step up to the tier that the card needs.
call 201 "$profiles/verification/session/" -H "$bearer" -H "$json" -d '{"tier":"standard"}'
