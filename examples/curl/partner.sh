#!/usr/bin/env bash
# The partner face, from a bank's backend: docs/partner-face.md
# Usage: partner.sh PASSPORT.jpg BILL.pdf   (`kyc specimens paper` and `… proof-of-address` print them)
set -euo pipefail
. "$(dirname "$0")/common.sh"
passport=${1:?a picture of a passport} bill=${2:?a proof of address}
user=${KYC_USER:-7d6cbb4c-2a5e-4d4b-9d42-0f5b1f2f3a02}
declared="{\"externalUserId\":\"$user\",\"documentType\":\"PASSPORT\",\"documentNumber\":\"L898902C3\",
  \"documentExpirationDate\":\"2035-04-15\",\"openAccountReason\":\"DAILY_USE\",
  \"incomeSource\":\"SALARY\",\"occupation\":\"IT\",\"riskLvl\":\"LOW\"}"

call 201 "$KYC_URL/v1/user" -H "$key" -H "$json" -d "{\"externalUserId\":\"$user\",\"firstName\":\"Anna\"}"
call 200 "$KYC_URL/v1/user/$user" -H "$key"
call 200 -X PATCH "$KYC_URL/v1/user/$user" -H "$key" -H "$json" -d '{"lastName":"Eriksson"}'
call 200 -X POST "$KYC_URL/v1/user/$user/suspend" -H "$key"
call 200 -X POST "$KYC_URL/v1/user/$user/unsuspend" -H "$key"

# Method B: create, redirect, read.
call 201 "$KYC_URL/v1/user/kyc" -H "$key" -H "$json" -d "{\"externalUserId\":\"$user\"}"
call 302 "$KYC_URL/v1/user/$user/kyc/redirect" -H "$key" --output /dev/null
call 200 "$KYC_URL/v1/user/$user/kyc" -H "$key"

# Method A: P427 without the files; then the files, and submit. A webhook tells of the end.
call 404 "$KYC_URL/v1/user/verification" -H "$key" -H "$json" -d "$declared"
call 201 "$KYC_URL/v1/user/kyc-file" -H "$key" -F "externalUserId=$user" \
  -F documentType=PASSPORT -F side=FRONT -F "file=@$passport"
call 201 "$KYC_URL/v1/user/verification" -H "$key" -H "$json" -d "$declared"

# A proof of address.
call 201 "$KYC_URL/v1/user/poa-file" -H "$key" -F "externalUserId=$user" \
  -F documentType=UTILITY_BILL -F "file=@$bill"
call 200 "$KYC_URL/v1/user/$user/poa" -H "$key"

# Erase the user: afterwards nobody is there, P412.
call 200 -X DELETE "$KYC_URL/v1/user/$user" -H "$key"
call 400 "$KYC_URL/v1/user/$user" -H "$key"
