#!/bin/bash
# post-deploy-verify.sh

API_URL="${API_URL:-http://localhost:8000}"
FRONTEND_URL="${FRONTEND_URL:-http://localhost:3000}"

echo "=== Post-Deployment Verification ==="

# 1. Backend health check
echo -n "Backend health: "
HEALTH=$(curl -s -o /dev/null -w "%{http_code}" "$API_URL/health")
if [ "$HEALTH" == "200" ]; then
  echo "PASS"
else
  echo "FAIL (HTTP $HEALTH)"
  exit 1
fi

# 2. Database connectivity
echo -n "Database: "
DB_STATUS=$(curl -s "$API_URL/health/db" | jq -r '.database.connected')
if [ "$DB_STATUS" == "true" ]; then
  echo "PASS"
else
  echo "FAIL"
  exit 1
fi

# 3. Stripe connectivity
echo -n "Stripe: "
STRIPE_STATUS=$(curl -s "$API_URL/health/stripe" | jq -r '.stripe.connected')
if [ "$STRIPE_STATUS" == "true" ]; then
  echo "PASS"
else
  echo "WARNING (payments may be degraded)"
fi

# 4. Sentry connectivity
echo -n "Sentry: "
SENTRY_STATUS=$(curl -s "$API_URL/health/sentry" | jq -r '.sentry.active')
if [ "$SENTRY_STATUS" == "true" ]; then
  echo "PASS"
else
  echo "WARNING (error tracking disabled)"
fi

# 5. Frontend health
echo -n "Frontend: "
FRONTEND=$(curl -s -o /dev/null -w "%{http_code}" "$FRONTEND_URL")
if [ "$FRONTEND" == "200" ]; then
  echo "PASS"
else
  echo "FAIL (HTTP $FRONTEND)"
  exit 1
fi

# 6. API docs accessible
echo -n "API Docs: "
DOCS=$(curl -s -o /dev/null -w "%{http_code}" "$API_URL/docs")
if [ "$DOCS" == "200" ]; then
  echo "PASS"
else
  echo "FAIL"
fi

echo "=== Verification Complete ==="
