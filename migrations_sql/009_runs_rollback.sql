-- Rolls 009_runs back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['generation.009_runs'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '009_runs is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '009_runs' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 009_runs. Nothing was changed.', later;
    END IF;
END
$guard$;

ALTER TABLE "run_steps" DROP CONSTRAINT "run_steps_name";
ALTER TABLE "run_notices" DROP CONSTRAINT "run_notices_once";
DROP INDEX IF EXISTS "run_notices_open";
ALTER TABLE "run_events" DROP CONSTRAINT "run_events_seq";
ALTER TABLE "runs" DROP CONSTRAINT "runs_idempotency_key";
DROP INDEX IF EXISTS "runs_without_post";
DROP INDEX IF EXISTS "runs_open";
DROP INDEX IF EXISTS "runs_of_conversation";
DROP INDEX IF EXISTS "runs_newest";
DROP TABLE "run_notices" CASCADE;
DROP TABLE "llm_calls" CASCADE;
DROP TABLE "run_events" CASCADE;
DROP TABLE "run_steps" CASCADE;
DROP TABLE "runs" CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('generation', '009_runs')
);

COMMIT;
