-- Rolls 015_plan_windows back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['billing.015_plan_windows'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '015_plan_windows is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '015_plan_windows' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 015_plan_windows. Nothing was changed.', later;
    END IF;
END
$guard$;

ALTER TABLE "usage_records" DROP CONSTRAINT "usage_records_units";
ALTER TABLE "usage_records" ADD CONSTRAINT "usage_records_units" CHECK ("units" > 0);
ALTER TABLE "usage_records" DROP COLUMN "actor_id";
ALTER TABLE "usage_records" DROP COLUMN "reason";
ALTER TABLE "usage_records" DROP COLUMN "output_tokens";
ALTER TABLE "usage_records" DROP COLUMN "input_tokens";
ALTER TABLE "user_quotas" DROP COLUMN "granted";
ALTER TABLE "user_quotas" RENAME COLUMN "reserved" TO "month_reserved";
ALTER TABLE "user_quotas" RENAME COLUMN "used" TO "month_used";
ALTER TABLE "user_quotas" DROP CONSTRAINT "user_quotas_month";
ALTER TABLE "usage_records" ADD COLUMN "month" date NULL;
ALTER TABLE "user_quotas" ADD COLUMN "month" date NULL;
ALTER TABLE "user_quotas" ADD CONSTRAINT "user_quotas_month" UNIQUE ("user_id", "month");
ALTER TABLE "user_quotas" ALTER COLUMN "period_start" DROP NOT NULL;
ALTER TABLE "usage_records" ALTER COLUMN "period_start" DROP NOT NULL;

DELETE FROM entitlements WHERE given_tier IS NULL;
DELETE FROM usage_records WHERE meter = 'assists' OR kind IN ('grant', 'spend');
UPDATE usage_records SET month = date_trunc('month', day)::date;
DELETE FROM user_quotas;
INSERT INTO user_quotas
    (user_id, period_start, month, month_used, month_reserved, day, day_used, day_reserved)
SELECT user_id, month::timestamp AT TIME ZONE 'UTC', month,
    sum(used), sum(reserved), max(day), sum(used) FILTER (WHERE newest), sum(reserved) FILTER (WHERE newest)
FROM (
    SELECT user_id, month, day, day = max(day) OVER (PARTITION BY user_id, month) AS newest,
        CASE kind WHEN 'settle' THEN units ELSE 0 END AS used,
        CASE kind WHEN 'reserve' THEN units ELSE -units END AS reserved
    FROM usage_records
) AS lines
GROUP BY user_id, month;

ALTER TABLE "user_quotas" ALTER COLUMN "month" SET NOT NULL;
ALTER TABLE "usage_records" ALTER COLUMN "month" SET NOT NULL;
ALTER TABLE "user_quotas" ADD CONSTRAINT "user_quotas_user_id_32716608_fk_users_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "user_quotas" DROP COLUMN "cost_usd";
ALTER TABLE "user_quotas" DROP COLUMN "period_start";
ALTER TABLE "user_quotas" DROP COLUMN "meter";
ALTER TABLE "usage_records" ADD CONSTRAINT "usage_records_user_id_b0ed3712_fk_users_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "usage_records" DROP COLUMN "cost_usd";
ALTER TABLE "usage_records" DROP COLUMN "period_start";
ALTER TABLE "usage_records" DROP COLUMN "meter";
ALTER TABLE "entitlements" DROP COLUMN "own_cost_limit_usd";
ALTER TABLE "entitlements" DROP COLUMN "cost_limit_usd";
ALTER TABLE "entitlements" DROP COLUMN "fetched_at";
ALTER TABLE "entitlements" DROP COLUMN "anchor";
ALTER TABLE "entitlements" DROP COLUMN "past_due_since";
ALTER TABLE "entitlements" DROP COLUMN "cancel_at_period_end";
ALTER TABLE "entitlements" DROP COLUMN "period_end";
ALTER TABLE "entitlements" DROP COLUMN "status";
SET CONSTRAINTS "entitlements_subscribed_tier_2750802d_fk_tier_limits_tier" IMMEDIATE; ALTER TABLE "entitlements" DROP CONSTRAINT "entitlements_subscribed_tier_2750802d_fk_tier_limits_tier";
ALTER TABLE "entitlements" DROP COLUMN "subscribed_tier";
ALTER TABLE "entitlements" DROP COLUMN "given_because";
SET CONSTRAINTS "entitlements_given_by_id_08b80e6e_fk_users_id" IMMEDIATE; ALTER TABLE "entitlements" DROP CONSTRAINT "entitlements_given_by_id_08b80e6e_fk_users_id";
ALTER TABLE "entitlements" DROP COLUMN "given_by_id";
ALTER TABLE "entitlements" DROP COLUMN "given_until";
SET CONSTRAINTS "entitlements_given_tier_45559d44_fk_tier_limits_tier" IMMEDIATE; ALTER TABLE "entitlements" DROP CONSTRAINT "entitlements_given_tier_45559d44_fk_tier_limits_tier";
ALTER TABLE "entitlements" RENAME COLUMN "given_tier" TO "tier";
ALTER TABLE "entitlements" ALTER COLUMN "tier" SET NOT NULL;
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_tier_a2cc7497_fk_tier_limits_tier" FOREIGN KEY ("tier") REFERENCES "tier_limits" ("tier") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "tier_limits" DROP COLUMN "monthly_cost_usd";
ALTER TABLE "tier_limits" DROP COLUMN "assists_per_month";
DELETE FROM django_migrations WHERE (app, name) IN (
    ('billing', '015_plan_windows')
);

COMMIT;
