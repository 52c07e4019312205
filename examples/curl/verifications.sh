#!/usr/bin/env bash
# The verifications face, from a back office: docs/verifications-face.md
set -euo pipefail
. "$(dirname "$0")/common.sh"
customer=${KYC_USER:-user-of-verifications-sh}
all=$KYC_URL/v1/customer-verifications

call 201 "$all" -H "$key" -H "$json" -d "{\"customer_id\":\"$customer\",
  \"verification_type\":\"kyc\",\"check_type\":\"identity\",\"provider\":\"builtin\"}"
id=$(call 201 "$all" -H "$key" -H "$json" -d "{\"customer_id\":\"$customer\",
  \"verification_type\":\"kyb\",\"check_type\":\"registration\",\"provider\":\"manual\"}" | field id)
call 200 "$all/$id" -H "$key"
call 200 -X PATCH "$all/$id" -H "$key" -H "$json" \
  -d '{"status":"approve","reason":"Extract of the company register of 2026-11-01"}'

# Page after page, until next_cursor is null.
cursor=
while :; do
  page=$(call 200 "$all?customer_id=$customer&limit=1${cursor:+&cursor=$cursor}" -H "$key")
  printf '%s\n' "$page"
  cursor=$(field next_cursor <<<"$page")
  [ -n "$cursor" ] || break
done
