-- 015_plan_windows
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

DO $guard$
DECLARE
    migrations text[] := ARRAY['billing.015_plan_windows'];
    tables text[] := ARRAY[]::text[];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    applied integer;
    missing text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF current_schema() IS NULL OR NOT has_schema_privilege(current_schema(), 'CREATE') THEN
        RAISE EXCEPTION 'The role % may not create tables in the schema %. Nothing was changed: apply this file as the owner of the database.',
            current_user, coalesce(current_schema(), 'of its search_path, which does not exist');
    END IF;
    IF to_regclass(ledger) IS NOT NULL THEN
        SELECT pg_get_userbyid(relowner) INTO missing FROM pg_class
            WHERE oid = to_regclass(ledger) AND NOT pg_has_role(relowner, 'USAGE');
        IF FOUND THEN
            RAISE EXCEPTION 'The tables belong to the role %, and % is not a member of it. Nothing was changed.', missing, current_user;
        END IF;
        SELECT count(*) INTO applied FROM django_migrations WHERE app || '.' || name = ANY (migrations);
        IF applied = cardinality(migrations) THEN
            RAISE EXCEPTION '015_plan_windows has been applied already. Nothing was changed.';
        ELSIF applied > 0 THEN
            RAISE EXCEPTION '015_plan_windows is half applied: % of its % migrations are recorded. Nothing was changed: finish it with manage.py migrate.',
                applied, cardinality(migrations);
        END IF;
    END IF;
    IF to_regclass(ledger) IS NULL THEN
        RAISE EXCEPTION 'Apply 000_framework before 015_plan_windows. Nothing was changed.';
    END IF;
    SELECT earlier.file INTO missing
        FROM (VALUES ('000_framework', 'accounts.000_framework'), ('000_framework', 'blogai.000_framework'), ('001_create_generated_content', 'generation.001_create_generated_content'), ('002_create_tool_usage', 'generation.002_create_tool_usage'), ('003_create_conversations', 'generation.003_create_conversations'), ('004_add_favorites', 'generation.004_add_favorites'), ('004_create_templates', 'generation.004_create_templates'), ('005_create_brand_profiles', 'generation.005_create_brand_profiles'), ('006_enhance_brand_voice_training', 'generation.006_enhance_brand_voice_training'), ('007_usage_quotas', 'billing.007_usage_quotas'), ('008_stripe_integration', 'billing.008_stripe_integration'), ('009_runs', 'generation.009_runs'), ('010_api_keys', 'accounts.010_api_keys'), ('011_rate_limits', 'generation.011_rate_limits'), ('012_api_key_limits', 'accounts.012_api_key_limits'), ('013_runs_of_api_keys', 'generation.013_runs_of_api_keys'), ('014_usage_records_run', 'billing.014_usage_records_run')) AS earlier (file, migration)
        WHERE NOT EXISTS (SELECT FROM django_migrations WHERE app || '.' || name = earlier.migration)
        ORDER BY earlier.file LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Apply % before 015_plan_windows. Nothing was changed.', missing;
    END IF;
    SELECT string_agg(name, ', ') INTO missing FROM unnest(tables) AS name
        WHERE to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NOT NULL;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The schema % already has tables that 015_plan_windows creates: %. Nothing was changed.', current_schema(), missing;
    END IF;
END
$guard$;

ALTER TABLE "tier_limits" ADD COLUMN "assists_per_month" integer NULL CHECK ("assists_per_month" >= 0);
ALTER TABLE "tier_limits" ADD COLUMN "monthly_cost_usd" numeric(9, 2) NULL;
UPDATE tier_limits SET "assists_per_month" = 30, "monthly_cost_usd" = 5 WHERE tier = 'free';
UPDATE tier_limits SET "assists_per_month" = 300, "monthly_cost_usd" = 25 WHERE tier = 'starter';
UPDATE tier_limits SET "assists_per_month" = 2000, "monthly_cost_usd" = 100 WHERE tier = 'pro';
UPDATE tier_limits SET "assists_per_month" = 10000, "monthly_cost_usd" = 500 WHERE tier = 'business';
SET CONSTRAINTS "entitlements_tier_a2cc7497_fk_tier_limits_tier" IMMEDIATE; ALTER TABLE "entitlements" DROP CONSTRAINT "entitlements_tier_a2cc7497_fk_tier_limits_tier";
ALTER TABLE "entitlements" RENAME COLUMN "tier" TO "given_tier";
ALTER TABLE "entitlements" ALTER COLUMN "given_tier" DROP NOT NULL;
ALTER TABLE "entitlements" ADD CONSTRAINT "entitlements_given_tier_45559d44_fk_tier_limits_tier" FOREIGN KEY ("given_tier") REFERENCES "tier_limits" ("tier") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE "entitlements" ADD COLUMN "given_until" timestamp with time zone NULL;
ALTER TABLE "entitlements" ADD COLUMN "given_by_id" uuid NULL CONSTRAINT "entitlements_given_by_id_08b80e6e_fk_users_id" REFERENCES "users"("id") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "entitlements_given_by_id_08b80e6e_fk_users_id" IMMEDIATE;
ALTER TABLE "entitlements" ADD COLUMN "given_because" varchar(200) DEFAULT '' NOT NULL;
ALTER TABLE "entitlements" ADD COLUMN "subscribed_tier" varchar(20) NULL CONSTRAINT "entitlements_subscribed_tier_2750802d_fk_tier_limits_tier" REFERENCES "tier_limits"("tier") DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS "entitlements_subscribed_tier_2750802d_fk_tier_limits_tier" IMMEDIATE;
ALTER TABLE "entitlements" ADD COLUMN "status" varchar(20) DEFAULT '' NOT NULL;
ALTER TABLE "entitlements" ADD COLUMN "period_end" timestamp with time zone NULL;
ALTER TABLE "entitlements" ADD COLUMN "cancel_at_period_end" boolean DEFAULT false NOT NULL;
ALTER TABLE "entitlements" ADD COLUMN "past_due_since" timestamp with time zone NULL;
ALTER TABLE "entitlements" ADD COLUMN "anchor" timestamp with time zone NULL;
ALTER TABLE "entitlements" ADD COLUMN "fetched_at" timestamp with time zone NULL;
ALTER TABLE "entitlements" ADD COLUMN "cost_limit_usd" numeric(9, 2) NULL;
ALTER TABLE "entitlements" ADD COLUMN "own_cost_limit_usd" numeric(9, 2) NULL;
ALTER TABLE "usage_records" ADD COLUMN "meter" varchar(10) DEFAULT 'posts' NOT NULL;
ALTER TABLE "usage_records" ADD COLUMN "period_start" timestamp with time zone NULL;
ALTER TABLE "usage_records" ADD COLUMN "cost_usd" numeric(12, 6) DEFAULT 0 NOT NULL;
SET CONSTRAINTS "usage_records_user_id_b0ed3712_fk_users_id" IMMEDIATE; ALTER TABLE "usage_records" DROP CONSTRAINT "usage_records_user_id_b0ed3712_fk_users_id";
ALTER TABLE "user_quotas" ADD COLUMN "meter" varchar(10) DEFAULT 'posts' NOT NULL;
ALTER TABLE "user_quotas" ADD COLUMN "period_start" timestamp with time zone NULL;
ALTER TABLE "user_quotas" ADD COLUMN "cost_usd" numeric(12, 6) DEFAULT 0 NOT NULL;
SET CONSTRAINTS "user_quotas_user_id_32716608_fk_users_id" IMMEDIATE; ALTER TABLE "user_quotas" DROP CONSTRAINT "user_quotas_user_id_32716608_fk_users_id";
ALTER TABLE "usage_records" ALTER COLUMN "month" DROP NOT NULL;
ALTER TABLE "user_quotas" ALTER COLUMN "month" DROP NOT NULL;

UPDATE usage_records SET period_start = month::timestamp AT TIME ZONE 'UTC';
UPDATE user_quotas SET period_start = month::timestamp AT TIME ZONE 'UTC';

ALTER TABLE "usage_records" ALTER COLUMN "period_start" SET NOT NULL;
ALTER TABLE "user_quotas" ALTER COLUMN "period_start" SET NOT NULL;
ALTER TABLE "user_quotas" DROP CONSTRAINT "user_quotas_month";
ALTER TABLE "user_quotas" DROP COLUMN "month";
ALTER TABLE "usage_records" DROP COLUMN "month";
ALTER TABLE "user_quotas" ADD CONSTRAINT "user_quotas_month" UNIQUE ("user_id", "period_start", "meter");
ALTER TABLE "user_quotas" RENAME COLUMN "month_used" TO "used";
ALTER TABLE "user_quotas" RENAME COLUMN "month_reserved" TO "reserved";
ALTER TABLE "user_quotas" ADD COLUMN "granted" integer DEFAULT 0 NOT NULL CHECK ("granted" >= 0);
ALTER TABLE "usage_records" ADD COLUMN "input_tokens" bigint DEFAULT 0 NOT NULL CHECK ("input_tokens" >= 0);
ALTER TABLE "usage_records" ADD COLUMN "output_tokens" bigint DEFAULT 0 NOT NULL CHECK ("output_tokens" >= 0);
ALTER TABLE "usage_records" ADD COLUMN "reason" varchar(200) DEFAULT '' NOT NULL;
ALTER TABLE "usage_records" ADD COLUMN "actor_id" uuid NULL;
ALTER TABLE "usage_records" DROP CONSTRAINT "usage_records_units";
ALTER TABLE "usage_records" ADD CONSTRAINT "usage_records_units" CHECK (("units" > 0 OR ("kind" = 'spend' AND "units" = 0)));
CREATE INDEX "entitlements_given_by_id_08b80e6e" ON "entitlements" ("given_by_id");
CREATE INDEX "entitlements_subscribed_tier_2750802d" ON "entitlements" ("subscribed_tier");
CREATE INDEX "entitlements_subscribed_tier_2750802d_like" ON "entitlements" ("subscribed_tier" varchar_pattern_ops);

INSERT INTO django_migrations (app, name, applied) VALUES
    ('billing', '015_plan_windows', now());

-- Supabase's Data API speaks for the roles anon and authenticated: they get nothing in this schema.
-- Row level security refuses their rows, and what is granted to them or to everybody (PUBLIC) is revoked, which
-- includes what older projects grant by default. What belongs to another owner or to an extension is left alone:
-- `manage.py check_rls` names it.
DO $lockdown$
DECLARE
    here CONSTANT regnamespace := quote_ident(current_schema());
    item record;
BEGIN
    FOR item IN
        SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = here AND relkind IN ('r', 'p') AND NOT relrowsecurity AND pg_has_role(relowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', item.name);
    END LOOP;
    FOR item IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = here AND prokind IN ('f', 'p') AND pg_has_role(proowner, 'USAGE')
            AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('ALTER ROUTINE %s SET search_path = %I, pg_temp', item.name, current_schema());
    END LOOP;
    FOR item IN
        WITH granted AS (
            SELECT tableoid, oid, oid::regclass::text AS name, relowner AS owner, relacl AS acl,
                CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
            FROM pg_class WHERE relnamespace = here AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
            UNION ALL -- columns, which go with their table
            SELECT pg_class.tableoid, pg_class.oid, attrelid::regclass::text, relowner, attacl, 'TABLE'
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = here
            UNION ALL
            SELECT tableoid, oid, oid::regprocedure::text, proowner, coalesce(proacl, acldefault('f', proowner)), 'ROUTINE'
            FROM pg_proc WHERE pronamespace = here
        )
        SELECT DISTINCT kind, name, coalesce(rolname, 'public') AS grantee
        FROM granted CROSS JOIN aclexplode(acl) LEFT JOIN pg_roles ON pg_roles.oid = grantee
        WHERE (grantee = 0 OR rolname IN ('anon', 'authenticated')) AND pg_has_role(owner, 'USAGE')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = granted.tableoid AND objid = granted.oid AND deptype = 'e')
    LOOP
        EXECUTE format('REVOKE ALL ON %s %s FROM %I CASCADE', item.kind, item.name, item.grantee);
    END LOOP;
    FOR item IN
        SELECT kind, grantee FROM unnest(ARRAY['TABLES', 'SEQUENCES', 'ROUTINES']) AS kind CROSS JOIN (
            SELECT 'public' AS grantee UNION ALL SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
        ) AS grantees
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON %s FROM %I', current_schema(), item.kind, item.grantee);
    END LOOP;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC; -- in every schema: Postgres knows no other way
END
$lockdown$;
