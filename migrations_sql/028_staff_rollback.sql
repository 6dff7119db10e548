-- Rolls 028_staff back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['admin.0001_initial', 'admin.0002_logentry_remove_auto_add', 'admin.0003_logentry_add_action_flag_choices', 'billing.028_staff', 'staff.028_staff'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '028_staff is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '028_staff' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 028_staff. Nothing was changed.', later;
    END IF;
END
$guard$;

DROP TRIGGER staff_actions_append_only ON staff_actions;
DROP FUNCTION staff_actions_append_only();

DROP TABLE "staff_notes" CASCADE;
DROP TABLE "staff_actions" CASCADE;
DROP INDEX IF EXISTS "usage_records_returned_once";
DROP TABLE
    django_admin_log
CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('admin', '0001_initial'),
    ('admin', '0002_logentry_remove_auto_add'),
    ('admin', '0003_logentry_add_action_flag_choices'),
    ('billing', '028_staff'),
    ('staff', '028_staff')
);

COMMIT;
