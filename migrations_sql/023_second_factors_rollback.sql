-- Rolls 023_second_factors back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['socialaccount.0001_initial', 'socialaccount.0002_token_max_lengths', 'socialaccount.0003_extra_data_default_dict', 'socialaccount.0004_app_provider_id_settings', 'socialaccount.0005_socialtoken_nullable_app', 'socialaccount.0006_alter_socialaccount_extra_data', 'mfa.0001_initial', 'mfa.0002_authenticator_timestamps', 'mfa.0003_authenticator_type_uniq', 'accounts.023_second_factors'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '023_second_factors is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '023_second_factors' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 023_second_factors. Nothing was changed.', later;
    END IF;
END
$guard$;

DROP TABLE
    mfa_authenticator,
    socialaccount_socialaccount,
    socialaccount_socialapp,
    socialaccount_socialtoken
CASCADE;
DELETE FROM django_migrations WHERE (app, name) IN (
    ('socialaccount', '0001_initial'),
    ('socialaccount', '0002_token_max_lengths'),
    ('socialaccount', '0003_extra_data_default_dict'),
    ('socialaccount', '0004_app_provider_id_settings'),
    ('socialaccount', '0005_socialtoken_nullable_app'),
    ('socialaccount', '0006_alter_socialaccount_extra_data'),
    ('mfa', '0001_initial'),
    ('mfa', '0002_authenticator_timestamps'),
    ('mfa', '0003_authenticator_type_uniq'),
    ('accounts', '023_second_factors')
);

COMMIT;
