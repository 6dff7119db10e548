-- Rolls 030_library back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['generation.030_library'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '030_library is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '030_library' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 030_library. Nothing was changed.', later;
    END IF;
END
$guard$;

ALTER TABLE generated_content DROP COLUMN search;
DROP INDEX IF EXISTS "runs_deleted";
ALTER TABLE "runs" DROP COLUMN "deleted_at";
ALTER TABLE "generated_content" DROP COLUMN "is_sample";
DELETE FROM django_migrations WHERE (app, name) IN (
    ('generation', '030_library')
);

COMMIT;
