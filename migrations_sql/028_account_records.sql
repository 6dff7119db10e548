-- 028_account_records: creates security_events, data_exports, erasures
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['accounts.028_account_records'];
    tables text[] := ARRAY['security_events', 'data_exports', 'erasures']::text[];
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
            RAISE EXCEPTION '028_account_records has been applied already. Nothing was changed.';
        ELSIF applied > 0 THEN
            RAISE EXCEPTION '028_account_records is half applied: % of its % migrations are recorded. Nothing was changed: finish it with manage.py migrate.',
                applied, cardinality(migrations);
        END IF;
    END IF;
    IF to_regclass(ledger) IS NULL THEN
        RAISE EXCEPTION 'Apply 000_framework before 028_account_records. Nothing was changed.';
    END IF;
    SELECT earlier.file INTO missing
        FROM (VALUES ('000_framework', 'accounts.000_framework'), ('000_framework', 'blogai.000_framework'), ('001_create_generated_content', 'generation.001_create_generated_content'), ('002_create_tool_usage', 'generation.002_create_tool_usage'), ('003_create_conversations', 'generation.003_create_conversations'), ('004_add_favorites', 'generation.004_add_favorites'), ('004_create_templates', 'generation.004_create_templates'), ('005_create_brand_profiles', 'generation.005_create_brand_profiles'), ('006_enhance_brand_voice_training', 'generation.006_enhance_brand_voice_training'), ('007_usage_quotas', 'billing.007_usage_quotas'), ('008_stripe_integration', 'billing.008_stripe_integration'), ('009_runs', 'generation.009_runs'), ('010_api_keys', 'accounts.010_api_keys'), ('011_rate_limits', 'generation.011_rate_limits'), ('012_api_key_limits', 'accounts.012_api_key_limits'), ('013_runs_of_api_keys', 'generation.013_runs_of_api_keys'), ('014_usage_records_run', 'billing.014_usage_records_run'), ('015_plan_windows', 'billing.015_plan_windows'), ('016_call_in_ledger', 'generation.016_call_in_ledger'), ('017_stripe_events', 'billing.017_stripe_events'), ('018_carried_usage', 'billing.018_carried_usage'), ('019_checkout_orders', 'billing.019_checkout_orders'), ('020_notices', 'billing.020_notices'), ('023_second_factors', 'accounts.023_second_factors'), ('024_sessions_and_verified_email', 'accounts.024_sessions_and_verified_email'), ('025_webhooks_from_starter', 'billing.025_webhooks_from_starter'), ('026_usage_records_month', 'billing.026_usage_records_month'), ('027_support', 'blogai.027_support'), ('027_support', 'health.027_support')) AS earlier (file, migration)
        WHERE NOT EXISTS (SELECT FROM django_migrations WHERE app || '.' || name = earlier.migration)
        ORDER BY earlier.file LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Apply % before 028_account_records. Nothing was changed.', missing;
    END IF;
    SELECT string_agg(name, ', ') INTO missing FROM unnest(tables) AS name
        WHERE to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NOT NULL;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The schema % already has tables that 028_account_records creates: %. Nothing was changed.', current_schema(), missing;
    END IF;
END
$guard$;

CREATE TABLE "security_events" ("id" uuid NOT NULL PRIMARY KEY, "kind" varchar(30) NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "address" varchar(45) DEFAULT '' NOT NULL, "user_agent" varchar(300) DEFAULT '' NOT NULL, "device" varchar(64) DEFAULT '' NOT NULL, "answers" uuid NULL, "details" jsonb DEFAULT '{}'::jsonb NOT NULL, "user_id" uuid NOT NULL);
CREATE TABLE "data_exports" ("id" uuid NOT NULL PRIMARY KEY, "state" varchar(10) DEFAULT 'queued' NOT NULL, "created_at" timestamp with time zone DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL, "token" integer DEFAULT 0 NOT NULL CHECK ("token" >= 0), "lease_until" timestamp with time zone NULL, "records" integer DEFAULT 0 NOT NULL CHECK ("records" >= 0), "file" varchar(100) DEFAULT '' NOT NULL, "size" bigint DEFAULT 0 NOT NULL CHECK ("size" >= 0), "finished_at" timestamp with time zone NULL, "expires_at" timestamp with time zone NULL, "user_id" uuid NOT NULL);
CREATE TABLE "erasures" ("account_id" uuid NOT NULL PRIMARY KEY, "asked_at" timestamp with time zone NULL, "erased_at" timestamp with time zone NULL, "rows" jsonb NOT NULL);

CREATE FUNCTION security_events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        OLD.created_at < now() - interval '365 days'
        OR NOT EXISTS (SELECT FROM users WHERE users.id = OLD.user_id)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Security events are append-only.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER security_events_append_only BEFORE UPDATE OR DELETE ON security_events
    FOR EACH ROW EXECUTE FUNCTION security_events_append_only();

ALTER TABLE "security_events" ADD CONSTRAINT "security_events_user_id_a7089086_fk_users_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "security_events_answered_once" ON "security_events" ("answers") WHERE "answers" IS NOT NULL;
CREATE INDEX "security_events_newest" ON "security_events" ("user_id", "id" DESC);
CREATE INDEX "security_events_oldest" ON "security_events" ("created_at");
ALTER TABLE "data_exports" ADD CONSTRAINT "data_exports_user_id_256d3fe6_fk_users_id" FOREIGN KEY ("user_id") REFERENCES "users" ("id") DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX "data_exports_one_at_a_time" ON "data_exports" ("user_id") WHERE "state" IN ('queued', 'writing');
CREATE INDEX "data_exports_newest" ON "data_exports" ("user_id", "id" DESC);

INSERT INTO django_migrations (app, name, applied) VALUES
    ('accounts', '028_account_records', now());

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

COMMIT;
