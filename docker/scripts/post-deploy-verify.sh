#!/usr/bin/env bash
# Looks at a deployment from outside and says of each part PASS, WARNING or FAIL.
#
#   API_URL=https://api.example.org FRONTEND_URL=https://example.org docker/scripts/post-deploy-verify.sh
#
# Ends with 1 when anything failed, after every check has been made. Needs curl and jq.
set -u

API_URL=${API_URL:-http://localhost:8000}
FRONTEND_URL=${FRONTEND_URL:-$API_URL}
failures=0

for program in curl jq; do
    command -v "$program" >/dev/null || { echo "$program is needed." >&2; exit 2; }
done

pass() { printf '%-16s PASS\n' "$1"; }
warning() { printf '%-16s WARNING: %s\n' "$1" "$2"; }
fail() {
    printf '%-16s FAIL: %s\n' "$1" "$2"
    failures=$((failures + 1))
}

status() { curl -s -o /dev/null --max-time 10 -w '%{http_code} %{errormsg}' "$1"; } # 000 and why, if none came
answer() { curl -s --max-time 10 "$API_URL$1" | jq -r "$2" 2>/dev/null; }

answers() { # name, address
    local reply code
    reply=$(status "$2")
    code=${reply%% *}
    if [ "$code" = 200 ]; then pass "$1"; else fail "$1" "HTTP $code${reply#"$code"}"; fi
}

must_be() { # name, route, jq, value, else
    if [ "$(answer "$2" "$3")" = "$4" ]; then pass "$1"; else fail "$1" "$5"; fi
}

should_be() { # the same, but the product works without
    if [ "$(answer "$2" "$3")" = "$4" ]; then pass "$1"; else warning "$1" "$5"; fi
}

echo "Looking at $API_URL"
answers "Process" "$API_URL/health/live"
answers "Ready" "$API_URL/health/ready"
answers "Health" "$API_URL/health"
must_be "Database" /health/db .database.connected true "it cannot be reached"
must_be "Tables" /health/db .database.tables_accessible true "some are missing, or may not be read"
must_be "Worker" /health .services.worker.status up "none runs: posts stay in the queue"
should_be "Models" /health .services.llm.status up "no provider is configured, or none answers"
should_be "Redis" /health .services.redis.status up "live text comes a second late when workers run apart"
should_be "Stripe" /health/stripe .stripe.connected true "nobody can pay"
should_be "Stripe webhook" /health/stripe .stripe.webhook_configured true "plans follow payments late"
should_be "Sentry" /health/sentry .sentry.active true "errors are only in the log"
answers "Pages" "$FRONTEND_URL"
answers "API docs" "$API_URL/docs"

if [ "$failures" -gt 0 ]; then
    echo "$failures failed."
    exit 1
fi
echo "Nothing failed."
