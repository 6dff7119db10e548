-- Rolls 000_framework back, with all of its data.
-- Written by `manage.py export_sql` from Django's migrations: change those, not this file.

\set ON_ERROR_STOP on
BEGIN;

DO $guard$
DECLARE
    migrations text[] := ARRAY['contenttypes.0001_initial', 'contenttypes.0002_remove_content_type_name', 'auth.0001_initial', 'auth.0002_alter_permission_name_max_length', 'auth.0003_alter_user_email_max_length', 'auth.0004_alter_user_username_opts', 'auth.0005_alter_user_last_login_null', 'auth.0006_require_contenttypes_0002', 'auth.0007_alter_validators_add_error_messages', 'auth.0008_alter_user_username_max_length', 'auth.0009_alter_user_last_name_max_length', 'auth.0010_alter_group_name_max_length', 'auth.0011_update_proxy_permissions', 'auth.0012_alter_user_first_name_max_length', 'sessions.0001_initial', 'procrastinate.0001_initial', 'procrastinate.0002_drop_started_at_column', 'procrastinate.0003_drop_started_at_column', 'procrastinate.0004_drop_procrastinate_version_table', 'procrastinate.0005_fix_procrastinate_fetch_job', 'procrastinate.0006_fix_trigger_status_events_insert', 'procrastinate.0007_add_queueing_lock_column', 'procrastinate.0008_close_fetch_job_race_condition', 'procrastinate.0009_add_defer_job_function', 'procrastinate.0010_add_procrastinate_periodic_defers', 'procrastinate.0011_add_foreign_key_index', 'procrastinate.0012_add_locks_to_periodic_defer', 'procrastinate.0013_fix_procrastinate_defer_periodic_job', 'procrastinate.0014_add_finish_job_and_retry_job_functions', 'procrastinate.0015_add_trigger_on_job_deletion', 'procrastinate.0016_delete_finished_jobs', 'procrastinate.0017_add_checks_to_finish_job', 'procrastinate.0018_add_checks_to_retry_job', 'procrastinate.0019_fix_finish_job_compat_issue', 'procrastinate.0020_add_index_on_procrastinate_jobs', 'procrastinate.0021_add_kwargs_to_defer_periodic_job', 'procrastinate.0022_null_locks_excluded', 'procrastinate.0023_remove_old_finish_job_function', 'procrastinate.0024_job_id_bigint', 'procrastinate.0025_add_models', 'procrastinate.0026_add_job_priority', 'procrastinate.0027_add_periodic_job_priority', 'procrastinate.0028_add_cancel_states', 'procrastinate.0029_add_additional_params_to_retry_job', 'procrastinate.0030_alter_procrastinateevent_options', 'procrastinate.0031_add_indexes_for_fetch_job', 'procrastinate.0032_pre_cancel_notification', 'procrastinate.0033_post_cancel_notification', 'procrastinate.0034_pre_add_heartbeat', 'procrastinate.0035_post_add_heartbeat', 'procrastinate.0036_add_worker_model', 'procrastinate.0037_pre_batch_defer_jobs', 'procrastinate.0038_post_batch_defer_jobs', 'procrastinate.0039_pre_priority_lock_fetch_job', 'procrastinate.0040_pre_retry_failed_job', 'procrastinate.0041_post_retry_failed_job', 'account.0001_initial', 'account.0002_email_max_length', 'account.0003_alter_emailaddress_create_unique_verified_email', 'account.0004_alter_emailaddress_drop_unique_email', 'account.0005_emailaddress_idx_upper_email', 'account.0006_emailaddress_lower', 'account.0007_emailaddress_idx_email', 'account.0008_emailaddress_unique_primary_email_fixup', 'account.0009_emailaddress_unique_primary_email', 'accounts.000_framework', 'blogai.000_framework'];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    later text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM set_config('client_min_messages', 'warning', true);
    PERFORM pg_advisory_xact_lock(1651273576);
    IF to_regclass(ledger) IS NULL
        OR (SELECT count(*) FROM django_migrations WHERE app || '.' || name = ANY (migrations)) < cardinality(migrations)
    THEN
        RAISE EXCEPTION '000_framework is not applied, or only in part. Nothing was changed.';
    END IF;
    SELECT name INTO later FROM django_migrations
        WHERE app = ANY (ARRAY['accounts', 'billing', 'blogai', 'generation', 'health', 'staff']) AND name > '000_framework' ORDER BY name DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Roll back % before 000_framework. Nothing was changed.', later;
    END IF;
END
$guard$;

DROP TABLE "maintenance" CASCADE;
DROP INDEX IF EXISTS "users_email_any_case";
DROP TABLE "users_groups" CASCADE;
DROP TABLE "users_user_permissions" CASCADE;
DROP TABLE "users" CASCADE;
DROP TABLE
    account_emailaddress,
    account_emailconfirmation,
    auth_group,
    auth_group_permissions,
    auth_permission,
    django_content_type,
    django_migrations,
    django_session,
    procrastinate_events,
    procrastinate_jobs,
    procrastinate_periodic_defers,
    procrastinate_workers
CASCADE;
DROP FUNCTION IF EXISTS
    procrastinate_cancel_job_v1,
    procrastinate_defer_jobs_v1,
    procrastinate_defer_periodic_job_v2,
    procrastinate_fetch_job_v2,
    procrastinate_finish_job_v1,
    procrastinate_notify_queue_abort_job_v1,
    procrastinate_notify_queue_job_inserted_v1,
    procrastinate_prune_stalled_workers_v1,
    procrastinate_register_worker_v1,
    procrastinate_retry_job_v1,
    procrastinate_retry_job_v2,
    procrastinate_trigger_abort_requested_events_procedure_v1,
    procrastinate_trigger_function_scheduled_events_v1,
    procrastinate_trigger_function_status_events_insert_v1,
    procrastinate_trigger_function_status_events_update_v1,
    procrastinate_unlink_periodic_defers_v1,
    procrastinate_unregister_worker_v1,
    procrastinate_update_heartbeat_v1
CASCADE;
DROP TYPE
    procrastinate_job_event_type,
    procrastinate_job_status,
    procrastinate_job_to_defer_v1;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON ROUTINES TO PUBLIC; -- as Postgres has it

COMMIT;
