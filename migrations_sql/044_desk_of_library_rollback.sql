-- Rolls 044_desk_of_library back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['generation.044_desk_of_library'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '044_desk_of_library is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '044_desk_of_library' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 044_desk_of_library. Nothing was changed.', later;
    END IF;
END
$guard$;

DROP INDEX IF EXISTS "generated_content_tags";
DROP INDEX IF EXISTS "generated_content_trash";
DROP INDEX IF EXISTS "generated_content_favorites";
ALTER TABLE "generated_content" ALTER COLUMN "is_favorite" TYPE boolean;
COMMENT ON COLUMN "generated_content"."is_favorite" IS 'False: this version has no favorites.';
DROP TABLE "saved_filters" CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('generation', '044_desk_of_library')
);

COMMIT;
