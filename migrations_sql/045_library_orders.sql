-- 045_library_orders
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['generation.045_library_orders'];
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
            RAISE EXCEPTION '045_library_orders has been applied already. Nothing was changed.';
        ELSIF applied > 0 THEN
            RAISE EXCEPTION '045_library_orders is half applied: % of its % migrations are recorded. Nothing was changed: finish it with manage.py migrate.',
                applied, cardinality(migrations);
        END IF;
    END IF;
    IF to_regclass(ledger) IS NULL THEN
        RAISE EXCEPTION 'Apply 000_framework before 045_library_orders. Nothing was changed.';
    END IF;
    SELECT earlier.file INTO missing
        FROM (VALUES ('000_framework', 'accounts.000_framework'), ('000_framework', 'blogai.000_framework'), ('001_create_generated_content', 'generation.001_create_generated_content'), ('002_create_tool_usage', 'generation.002_create_tool_usage'), ('003_create_conversations', 'generation.003_create_conversations'), ('004_add_favorites', 'generation.004_add_favorites'), ('004_create_templates', 'generation.004_create_templates'), ('005_create_brand_profiles', 'generation.005_create_brand_profiles'), ('006_enhance_brand_voice_training', 'generation.006_enhance_brand_voice_training'), ('007_usage_quotas', 'billing.007_usage_quotas'), ('008_stripe_integration', 'billing.008_stripe_integration'), ('009_runs', 'generation.009_runs'), ('010_api_keys', 'accounts.010_api_keys'), ('011_rate_limits', 'generation.011_rate_limits'), ('012_api_key_limits', 'accounts.012_api_key_limits'), ('013_runs_of_api_keys', 'generation.013_runs_of_api_keys'), ('014_usage_records_run', 'billing.014_usage_records_run'), ('015_plan_windows', 'billing.015_plan_windows'), ('016_call_in_ledger', 'generation.016_call_in_ledger'), ('017_stripe_events', 'billing.017_stripe_events'), ('018_carried_usage', 'billing.018_carried_usage'), ('019_checkout_orders', 'billing.019_checkout_orders'), ('020_notices', 'billing.020_notices'), ('023_second_factors', 'accounts.023_second_factors'), ('024_sessions_and_verified_email', 'accounts.024_sessions_and_verified_email'), ('025_webhooks_from_starter', 'billing.025_webhooks_from_starter'), ('026_usage_records_month', 'billing.026_usage_records_month'), ('027_support', 'blogai.027_support'), ('027_support', 'health.027_support'), ('028_account_records', 'accounts.028_account_records'), ('028_staff', 'billing.028_staff'), ('028_staff', 'staff.028_staff'), ('029_by_time', 'billing.029_by_time'), ('029_by_time', 'generation.029_by_time'), ('029_closed_accounts', 'accounts.029_closed_accounts'), ('030_library', 'generation.030_library'), ('031_actions_on_incidents_and_factors', 'staff.031_actions_on_incidents_and_factors'), ('033_theme_names', 'accounts.033_theme_names'), ('034_usage_records_of_run', 'billing.034_usage_records_of_run'), ('035_consistency_checks', 'blogai.035_consistency_checks'), ('036_pepper_rotation', 'accounts.036_pepper_rotation'), ('037_supabase_identities', 'accounts.037_supabase_identities'), ('038_maintenance_message', 'blogai.038_maintenance_message'), ('039_kinds_of_runs', 'generation.039_kinds_of_runs'), ('040_search', 'generation.040_search'), ('041_versions', 'generation.041_versions'), ('042_proposals_replace', 'generation.042_proposals_replace'), ('043_shares', 'generation.043_shares'), ('044_desk_of_library', 'generation.044_desk_of_library')) AS earlier (file, migration)
        WHERE NOT EXISTS (SELECT FROM django_migrations WHERE app || '.' || name = earlier.migration)
        ORDER BY earlier.file LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Apply % before 045_library_orders. Nothing was changed.', missing;
    END IF;
    SELECT string_agg(name, ', ') INTO missing FROM unnest(tables) AS name
        WHERE to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NOT NULL;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The schema % already has tables that 045_library_orders creates: %. Nothing was changed.', current_schema(), missing;
    END IF;
END
$guard$;

CREATE INDEX "generated_content_by_title" ON "generated_content" ("owner_id", (LOWER(LEFT("title", 200))), "id");
CREATE INDEX "generated_content_by_length" ON "generated_content" ("owner_id", "word_count" DESC, "id" DESC);

INSERT INTO django_migrations (app, name, applied) VALUES
    ('generation', '045_library_orders', now());

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
