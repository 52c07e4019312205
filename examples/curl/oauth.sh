#!/usr/bin/env bash
# OAuth2 client credentials instead of a secret key: docs/authentication.md
set -euo pipefail
KYC_API_KEY=unused
. "$(dirname "$0")/common.sh"
client="${KYC_CLIENT_ID:?of kyc partner create}:${KYC_CLIENT_SECRET:?of kyc partner create}"

call 200 "$KYC_URL/.well-known/oauth-authorization-server"
call 200 "$KYC_URL/oauth/jwks.json"

token=$(call 200 "$KYC_URL/oauth/token" -u "$client" -d grant_type=client_credentials \
  -d scope=kyc:read | field access_token)
bearer="Authorization: Bearer $token"
call 200 "$KYC_URL/v1/customer-verifications?limit=1" -H "$bearer"

# It may read, not write.
call 403 "$KYC_URL/widget/client-tokens" -H "$bearer" -H "$json" -d '{"partner_user_id":"user-1"}'

# Ended before its time, it opens nothing any more.
call 200 "$KYC_URL/oauth/revoke" -u "$client" -d "token=$token"
call 401 "$KYC_URL/v1/customer-verifications?limit=1" -H "$bearer"
