-- Rolls 003_create_conversations back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['generation.003_create_conversations'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '003_create_conversations is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '003_create_conversations' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 003_create_conversations. Nothing was changed.', later;
    END IF;
END
$guard$;

SET CONSTRAINTS "generated_content_conversation_id_41dd07e9_fk_conversations_id" IMMEDIATE; ALTER TABLE "generated_content" DROP CONSTRAINT "generated_content_conversation_id_41dd07e9_fk_conversations_id";
ALTER TABLE "generated_content" DROP COLUMN "conversation_id";
ALTER TABLE "conversations" DROP CONSTRAINT "conversations_owner_name";
DROP TABLE "conversations" CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('generation', '003_create_conversations')
);

COMMIT;
