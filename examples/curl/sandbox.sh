#!/usr/bin/env bash
# The sandbox, for test keys only: docs/sandbox.md
set -euo pipefail
. "$(dirname "$0")/common.sh"
user=${KYC_USER:-user-of-sandbox-sh}
sandbox=$KYC_URL/v1/sandbox

call 200 "$sandbox/outcomes" -H "$key"
call 200 "$sandbox/users/$user/simulate" -H "$key" -H "$json" \
  -d '{"outcome":"retry_requested","reason":"glare"}'
call 200 "$sandbox/users/$user/simulate-poa" -H "$key" -H "$json" \
  -d '{"stage":"failed","reason":"poa_too_old"}'
call 200 "$sandbox/users/$user/simulate" -H "$key" -H "$json" -d '{"outcome":"verified"}'
call 200 "$sandbox/users/$user/advance-time" -H "$key" -H "$json" -d '{"seconds":63072000}'
