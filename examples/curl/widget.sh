#!/usr/bin/env bash
# The widget face, from a merchant's backend: docs/widget-face.md
set -euo pipefail
. "$(dirname "$0")/common.sh"
user=${KYC_USER:-user-of-widget-sh}

# Back to the beginning, so that the script can be run again (test keys only).
call 200 "$KYC_URL/v1/sandbox/users/$user/simulate" -H "$key" -H "$json" -d '{"outcome":"not_started"}'

# May this user transact? Not yet: kyc_required.
call 422 "$KYC_URL/widget/sessions" -H "$key" -H "$json" -d "{\"partner_user_id\":\"$user\"}"

# Open the widget for them: launch_code and widget_url go to your page, client_token to your app.
opened=$(call 201 "$KYC_URL/widget/client-tokens" -H "$key" -H "$json" \
  -H "Idempotency-Key: widget-sh-$$-$RANDOM" -d "{\"partner_user_id\":\"$user\",\"locale\":\"en\"}")
token=$(field client_token <<<"$opened")
call 201 "$KYC_URL/widget/client-tokens/refresh" -H "Authorization: Bearer $token" -H "$json" -d '{}'

# Where do they stand? The backend's answer, and the user's own.
call 200 "$KYC_URL/widget/users/$user/kyc-status" -H "$key"
call 200 "$KYC_URL/widget/users/$user/kyc-status" -H "Authorization: Bearer $token"

# At the end of the flow (test keys only) the session is there.
call 200 "$KYC_URL/v1/sandbox/users/$user/simulate" -H "$key" -H "$json" -d '{"outcome":"verified"}'
call 201 "$KYC_URL/widget/sessions" -H "$key" -H "$json" -d "{\"partner_user_id\":\"$user\"}"
