-- Rolls 040_search back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['generation.040_search'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '040_search is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '040_search' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 040_search. Nothing was changed.', later;
    END IF;
END
$guard$;

DROP INDEX IF EXISTS "generated_content_language";

ALTER TABLE generated_content DROP COLUMN search,
    ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple',
        regexp_replace(left(title || ' ' || content_markdown, 200000), '([\u3040-\u30ff\u3400-\u9fff])', ' \1 ', 'g')
    )) STORED;
CREATE INDEX generated_content_search ON generated_content USING gin (search);


DROP FUNCTION search_of_post;
DROP FUNCTION search_stems;
DROP FUNCTION search_folded;
DROP FUNCTION search_words;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('generation', '040_search')
);

COMMIT;
