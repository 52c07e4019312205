# Sourced by the scripts: `call STATUS curl-arguments…` prints the body and fails on another status.
: "${KYC_URL:?set KYC_URL, such as http://localhost:8080}"
key="x-api-key: ${KYC_API_KEY:?set KYC_API_KEY to a test key}"
json='content-type: application/json'

call() {
  local wanted=$1 answer status
  shift
  answer=$(curl --silent --show-error --max-time 60 --write-out '\n%{http_code}' "$@")
  status=${answer##*$'\n'}
  printf '%s\n' "${answer%$'\n'*}"
  [ "$status" = "$wanted" ] || { echo "expected $wanted, got $status: $*" >&2; return 1; }
}

# The text of a field of the JSON on standard input.
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
