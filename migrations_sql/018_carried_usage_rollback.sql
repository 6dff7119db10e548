-- Rolls 018_carried_usage back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['billing.018_carried_usage'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '018_carried_usage is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '018_carried_usage' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 018_carried_usage. Nothing was changed.', later;
    END IF;
END
$guard$;

WITH carried AS (
    DELETE FROM usage_records WHERE kind = 'carry' RETURNING user_id, meter, period_start
), lines AS (
    SELECT user_id, meter, period_start, day, cost_usd,
        day = coalesce(max(day) FILTER (WHERE kind <> 'grant') OVER month, max(day) OVER month) AS newest,
        CASE kind WHEN 'settle' THEN units ELSE 0 END AS used,
        CASE kind WHEN 'reserve' THEN units WHEN 'grant' THEN 0 ELSE -units END AS reserved
    FROM usage_records
    WHERE kind <> 'carry' AND (user_id, meter, period_start) IN (SELECT * FROM carried)
    WINDOW month AS (PARTITION BY user_id, meter, period_start)
), sums AS (
    SELECT user_id, meter, period_start, sum(used) AS used, sum(cost_usd) AS cost_usd,
        max(day) FILTER (WHERE newest) AS day, sum(used) FILTER (WHERE newest) AS day_used,
        sum(reserved) FILTER (WHERE newest) AS day_reserved
    FROM lines GROUP BY user_id, meter, period_start
), corrected AS (
    UPDATE user_quotas AS quota SET
        used = sums.used,
        cost_usd = sums.cost_usd,
        day = sums.day,
        day_used = sums.day_used,
        day_reserved = sums.day_reserved
    FROM sums
    WHERE (quota.user_id, quota.meter, quota.period_start) = (sums.user_id, sums.meter, sums.period_start)
)
DELETE FROM user_quotas
WHERE (user_id, meter, period_start) IN (SELECT * FROM carried)
    AND (user_id, meter, period_start) NOT IN (SELECT user_id, meter, period_start FROM sums);

ALTER TABLE "usage_records" DROP CONSTRAINT "usage_records_units";
ALTER TABLE "usage_records" ADD CONSTRAINT "usage_records_units" CHECK (("units" > 0 OR ("kind" = 'spend' AND "units" = 0)));
ALTER TABLE "entitlements" DROP COLUMN "free_anchor";
DROP TABLE "carried_usage" CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('billing', '018_carried_usage')
);

COMMIT;
