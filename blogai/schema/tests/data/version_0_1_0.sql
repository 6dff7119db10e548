-- A database of version 0.1.0: what its migrations made, one account and one post.
CREATE TYPE procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);


CREATE TYPE procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);


CREATE TYPE procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);


CREATE FUNCTION procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;


CREATE FUNCTION procrastinate_defer_jobs_v1(jobs procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;


CREATE FUNCTION procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;




CREATE TABLE procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status procrastinate_job_status DEFAULT 'todo'::procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::procrastinate_job_status) AND (abort_requested = true))))
);


CREATE FUNCTION procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;


CREATE FUNCTION procrastinate_finish_job_v1(job_id bigint, end_status procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;


CREATE FUNCTION procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;


CREATE FUNCTION procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;


CREATE FUNCTION procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;


CREATE FUNCTION procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;


CREATE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;


CREATE FUNCTION procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;


CREATE FUNCTION procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;


CREATE FUNCTION procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;


CREATE TABLE account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id uuid NOT NULL
);


ALTER TABLE account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);


ALTER TABLE account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE api_keys (
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    prefix character varying(14) NOT NULL,
    last_four character varying(4) NOT NULL,
    digest character varying(64) NOT NULL,
    permissions character varying(16)[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    owner_id uuid NOT NULL
);


CREATE TABLE auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);


ALTER TABLE auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


ALTER TABLE auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);


ALTER TABLE auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE conversations (
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    owner_id uuid NOT NULL
);


CREATE TABLE django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);


ALTER TABLE django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);


ALTER TABLE django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);


CREATE TABLE entitlements (
    id bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    tier character varying(20) NOT NULL
);


ALTER TABLE entitlements ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME entitlements_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE generated_content (
    id uuid NOT NULL,
    title text NOT NULL,
    slug character varying(120) NOT NULL,
    description text NOT NULL,
    tags jsonb NOT NULL,
    language character varying(35) NOT NULL,
    content_markdown text NOT NULL,
    parts jsonb NOT NULL,
    faq jsonb NOT NULL,
    scores jsonb NOT NULL,
    word_count integer NOT NULL,
    provider character varying(40) NOT NULL,
    model character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    conversation_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT generated_content_word_count_check CHECK ((word_count >= 0))
);


CREATE TABLE llm_calls (
    id bigint NOT NULL,
    step character varying(20) NOT NULL,
    provider character varying(40) NOT NULL,
    model character varying(200) NOT NULL,
    input_tokens integer NOT NULL,
    output_tokens integer NOT NULL,
    estimated boolean NOT NULL,
    cost_usd numeric(12,6) NOT NULL,
    price_version character varying(20) NOT NULL,
    first_token_ms integer,
    duration_ms integer NOT NULL,
    finish_reason character varying(20) NOT NULL,
    error character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    owner_id uuid NOT NULL,
    run_id uuid NOT NULL,
    CONSTRAINT llm_calls_duration_ms_check CHECK ((duration_ms >= 0)),
    CONSTRAINT llm_calls_first_token_ms_check CHECK ((first_token_ms >= 0)),
    CONSTRAINT llm_calls_input_tokens_check CHECK ((input_tokens >= 0)),
    CONSTRAINT llm_calls_output_tokens_check CHECK ((output_tokens >= 0))
);


ALTER TABLE llm_calls ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME llm_calls_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE llm_turns (
    name text NOT NULL,
    taken timestamp with time zone[] NOT NULL
);


CREATE TABLE maintenance (
    id smallint NOT NULL,
    began_at timestamp with time zone NOT NULL,
    CONSTRAINT maintenance_is_on_or_off CHECK ((id = 1))
);


CREATE TABLE procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);


CREATE SEQUENCE procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE procrastinate_events_id_seq OWNED BY procrastinate_events.id;


CREATE SEQUENCE procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE procrastinate_jobs_id_seq OWNED BY procrastinate_jobs.id;


CREATE TABLE procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);


CREATE SEQUENCE procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


ALTER SEQUENCE procrastinate_periodic_defers_id_seq OWNED BY procrastinate_periodic_defers.id;


CREATE TABLE procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);


ALTER TABLE procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE run_events (
    id bigint NOT NULL,
    seq integer NOT NULL,
    type character varying(30) NOT NULL,
    data jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    run_id uuid NOT NULL,
    CONSTRAINT run_events_seq_check CHECK ((seq >= 0))
);


ALTER TABLE run_events ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME run_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE run_notices (
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    last_status smallint,
    last_error character varying(40) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    tried_at timestamp with time zone,
    event_id bigint NOT NULL,
    CONSTRAINT run_notices_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT run_notices_last_status_check CHECK ((last_status >= 0))
);


CREATE TABLE run_steps (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    "position" smallint NOT NULL,
    state character varying(10) NOT NULL,
    attempt integer NOT NULL,
    text text NOT NULL,
    output jsonb,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    run_id uuid NOT NULL,
    cost_usd numeric(12,6) NOT NULL,
    input_hash character varying(64) NOT NULL,
    input_tokens integer NOT NULL,
    model character varying(200) NOT NULL,
    output_tokens integer NOT NULL,
    provider character varying(40) NOT NULL,
    token integer NOT NULL,
    is_part boolean,
    expected_calls smallint,
    CONSTRAINT run_steps_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT run_steps_expected_calls_check CHECK ((expected_calls >= 0)),
    CONSTRAINT run_steps_input_tokens_check CHECK ((input_tokens >= 0)),
    CONSTRAINT run_steps_output_tokens_check CHECK ((output_tokens >= 0)),
    CONSTRAINT run_steps_position_check CHECK (("position" >= 0)),
    CONSTRAINT run_steps_token_check CHECK ((token >= 0))
);


ALTER TABLE run_steps ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME run_steps_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE runs (
    id uuid NOT NULL,
    post_id uuid NOT NULL,
    brief jsonb NOT NULL,
    provider character varying(40) NOT NULL,
    model character varying(200) NOT NULL,
    status character varying(10) NOT NULL,
    error_code character varying(40) NOT NULL,
    error_detail text NOT NULL,
    outline jsonb,
    last_seq integer NOT NULL,
    attempt integer NOT NULL,
    lease_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    deadline_at timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    conversation_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    body_hash character varying(64) NOT NULL,
    fruitless smallint NOT NULL,
    idempotency_key character varying(255),
    callback_url character varying(2000) NOT NULL,
    email_when_done boolean NOT NULL,
    max_cost_usd numeric(9,4),
    reservation uuid NOT NULL,
    review_outline boolean NOT NULL,
    estimated_cost_usd numeric(12,6),
    CONSTRAINT runs_attempt_check CHECK ((attempt >= 0)),
    CONSTRAINT runs_fruitless_check CHECK ((fruitless >= 0)),
    CONSTRAINT runs_last_seq_check CHECK ((last_seq >= 0))
);


CREATE TABLE tier_limits (
    tier character varying(20) NOT NULL,
    "position" smallint NOT NULL,
    posts_per_month integer,
    posts_per_day integer,
    concurrent_runs integer NOT NULL,
    price_monthly_usd numeric(8,2) NOT NULL,
    price_yearly_usd numeric(8,2) NOT NULL,
    requests_per_minute integer NOT NULL,
    requests_per_hour integer NOT NULL,
    features character varying(40)[] NOT NULL,
    max_cost_usd numeric(9,4),
    CONSTRAINT tier_limits_concurrent_runs_check CHECK ((concurrent_runs >= 0)),
    CONSTRAINT tier_limits_position_check CHECK (("position" >= 0)),
    CONSTRAINT tier_limits_posts_per_day_check CHECK ((posts_per_day >= 0)),
    CONSTRAINT tier_limits_posts_per_month_check CHECK ((posts_per_month >= 0)),
    CONSTRAINT tier_limits_requests_per_hour_check CHECK ((requests_per_hour >= 0)),
    CONSTRAINT tier_limits_requests_per_minute_check CHECK ((requests_per_minute >= 0))
);


CREATE TABLE usage_records (
    id bigint NOT NULL,
    run_id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    units integer NOT NULL,
    month date NOT NULL,
    day date NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT usage_records_units CHECK ((units > 0)),
    CONSTRAINT usage_records_units_check CHECK ((units >= 0))
);


ALTER TABLE usage_records ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME usage_records_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE user_quotas (
    id bigint NOT NULL,
    month date NOT NULL,
    month_used integer NOT NULL,
    month_reserved integer NOT NULL,
    day date NOT NULL,
    day_used integer NOT NULL,
    day_reserved integer NOT NULL,
    user_id uuid NOT NULL,
    CONSTRAINT user_quotas_day_reserved_check CHECK ((day_reserved >= 0)),
    CONSTRAINT user_quotas_day_used_check CHECK ((day_used >= 0)),
    CONSTRAINT user_quotas_month_reserved_check CHECK ((month_reserved >= 0)),
    CONSTRAINT user_quotas_month_used_check CHECK ((month_used >= 0))
);


ALTER TABLE user_quotas ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME user_quotas_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE users (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(150) NOT NULL,
    time_zone character varying(64) DEFAULT 'UTC'::character varying NOT NULL,
    theme character varying(6) DEFAULT 'system'::character varying NOT NULL,
    webhook_secret_number integer DEFAULT 0 NOT NULL,
    CONSTRAINT users_webhook_secret_number_check CHECK ((webhook_secret_number >= 0))
);


CREATE TABLE users_groups (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    group_id integer NOT NULL
);


ALTER TABLE users_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME users_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE users_user_permissions (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    permission_id integer NOT NULL
);


ALTER TABLE users_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME users_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE ONLY procrastinate_events ALTER COLUMN id SET DEFAULT nextval('procrastinate_events_id_seq'::regclass);


ALTER TABLE ONLY procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('procrastinate_jobs_id_seq'::regclass);


ALTER TABLE ONLY procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('procrastinate_periodic_defers_id_seq'::regclass);


ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);


ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);


ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);


ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_digest_key UNIQUE (digest);


ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);


ALTER TABLE ONLY auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);


ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);


ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);


ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_owner_name UNIQUE (owner_id, name);


ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (id);


ALTER TABLE ONLY django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


ALTER TABLE ONLY django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


ALTER TABLE ONLY django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


ALTER TABLE ONLY django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);


ALTER TABLE ONLY entitlements
    ADD CONSTRAINT entitlements_pkey PRIMARY KEY (id);


ALTER TABLE ONLY entitlements
    ADD CONSTRAINT entitlements_user_id_key UNIQUE (user_id);


ALTER TABLE ONLY generated_content
    ADD CONSTRAINT generated_content_pkey PRIMARY KEY (id);


ALTER TABLE ONLY llm_calls
    ADD CONSTRAINT llm_calls_pkey PRIMARY KEY (id);


ALTER TABLE ONLY llm_turns
    ADD CONSTRAINT llm_turns_pkey PRIMARY KEY (name);


ALTER TABLE ONLY maintenance
    ADD CONSTRAINT maintenance_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);


ALTER TABLE ONLY procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);


ALTER TABLE ONLY procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);


ALTER TABLE ONLY run_events
    ADD CONSTRAINT run_events_pkey PRIMARY KEY (id);


ALTER TABLE ONLY run_events
    ADD CONSTRAINT run_events_seq UNIQUE (run_id, seq);


ALTER TABLE ONLY run_notices
    ADD CONSTRAINT run_notices_once UNIQUE (event_id, kind);


ALTER TABLE ONLY run_notices
    ADD CONSTRAINT run_notices_pkey PRIMARY KEY (id);


ALTER TABLE ONLY run_steps
    ADD CONSTRAINT run_steps_name UNIQUE (run_id, name);


ALTER TABLE ONLY run_steps
    ADD CONSTRAINT run_steps_pkey PRIMARY KEY (id);


ALTER TABLE ONLY runs
    ADD CONSTRAINT runs_idempotency_key UNIQUE (owner_id, idempotency_key);


ALTER TABLE ONLY runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);


ALTER TABLE ONLY runs
    ADD CONSTRAINT runs_post_id_key UNIQUE (post_id);


ALTER TABLE ONLY tier_limits
    ADD CONSTRAINT tier_limits_pkey PRIMARY KEY (tier);


ALTER TABLE ONLY usage_records
    ADD CONSTRAINT usage_records_pkey PRIMARY KEY (id);


ALTER TABLE ONLY user_quotas
    ADD CONSTRAINT user_quotas_month UNIQUE (user_id, month);


ALTER TABLE ONLY user_quotas
    ADD CONSTRAINT user_quotas_pkey PRIMARY KEY (id);


ALTER TABLE ONLY users
    ADD CONSTRAINT users_email_key UNIQUE (email);


ALTER TABLE ONLY users_groups
    ADD CONSTRAINT users_groups_pkey PRIMARY KEY (id);


ALTER TABLE ONLY users_groups
    ADD CONSTRAINT users_groups_user_id_group_id_fc7788e8_uniq UNIQUE (user_id, group_id);


ALTER TABLE ONLY users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);


ALTER TABLE ONLY users_user_permissions
    ADD CONSTRAINT users_user_permissions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY users_user_permissions
    ADD CONSTRAINT users_user_permissions_user_id_permission_id_3b86cbdf_uniq UNIQUE (user_id, permission_id);


CREATE INDEX account_emailaddress_email_03be32b2 ON account_emailaddress USING btree (email);


CREATE INDEX account_emailaddress_email_03be32b2_like ON account_emailaddress USING btree (email varchar_pattern_ops);


CREATE INDEX account_emailaddress_user_id_2c513194 ON account_emailaddress USING btree (user_id);


CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON account_emailconfirmation USING btree (email_address_id);


CREATE INDEX account_emailconfirmation_key_f43612bd_like ON account_emailconfirmation USING btree (key varchar_pattern_ops);


CREATE INDEX api_keys_digest_4edaa9d4_like ON api_keys USING btree (digest varchar_pattern_ops);


CREATE INDEX api_keys_owner_id_1b6915e0 ON api_keys USING btree (owner_id);


CREATE INDEX api_keys_prefix_8bd1f38a ON api_keys USING btree (prefix);


CREATE INDEX api_keys_prefix_8bd1f38a_like ON api_keys USING btree (prefix varchar_pattern_ops);


CREATE INDEX auth_group_name_a6ea08ec_like ON auth_group USING btree (name varchar_pattern_ops);


CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON auth_group_permissions USING btree (group_id);


CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON auth_group_permissions USING btree (permission_id);


CREATE INDEX auth_permission_content_type_id_2f476e4b ON auth_permission USING btree (content_type_id);


CREATE INDEX conversations_owner_id_19e2992a ON conversations USING btree (owner_id);


CREATE INDEX django_session_expire_date_a5c62663 ON django_session USING btree (expire_date);


CREATE INDEX django_session_session_key_c0390e0f_like ON django_session USING btree (session_key varchar_pattern_ops);


CREATE INDEX entitlements_tier_a2cc7497 ON entitlements USING btree (tier);


CREATE INDEX entitlements_tier_a2cc7497_like ON entitlements USING btree (tier varchar_pattern_ops);


CREATE INDEX generated_content_conversation_id_41dd07e9 ON generated_content USING btree (conversation_id);


CREATE INDEX generated_content_newest ON generated_content USING btree (owner_id, id DESC);


CREATE INDEX generated_content_owner_id_448512f1 ON generated_content USING btree (owner_id);


CREATE INDEX idx_procrastinate_jobs_worker_not_null ON procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::procrastinate_job_status));


CREATE INDEX idx_procrastinate_workers_last_heartbeat ON procrastinate_workers USING btree (last_heartbeat);


CREATE INDEX llm_calls_owner_id_172a0273 ON llm_calls USING btree (owner_id);


CREATE INDEX llm_calls_run_id_d2da88c1 ON llm_calls USING btree (run_id);


CREATE INDEX llm_turns_name_6d5f1dfd_like ON llm_turns USING btree (name text_pattern_ops);


CREATE INDEX procrastinate_events_job_id_fkey_v1 ON procrastinate_events USING btree (job_id);


CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]));


CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::procrastinate_job_status);


CREATE INDEX procrastinate_jobs_priority_idx_v1 ON procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::procrastinate_job_status);


CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON procrastinate_jobs USING btree (queue_name);


CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::procrastinate_job_status);


CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON procrastinate_periodic_defers USING btree (job_id);


CREATE INDEX run_events_run_id_f873bc13 ON run_events USING btree (run_id);


CREATE INDEX run_notices_event_id_fde11ca8 ON run_notices USING btree (event_id);


CREATE INDEX run_notices_open ON run_notices USING btree (created_at) WHERE ((state)::text = 'pending'::text);


CREATE INDEX run_steps_run_id_29ebaba5 ON run_steps USING btree (run_id);


CREATE INDEX runs_conversation_id_753bbe1b ON runs USING btree (conversation_id);


CREATE INDEX runs_newest ON runs USING btree (owner_id, id DESC);


CREATE INDEX runs_of_conversation ON runs USING btree (conversation_id, id DESC);


CREATE INDEX runs_open ON runs USING btree (lease_until) WHERE (finished_at IS NULL);


CREATE INDEX runs_owner_id_810547bd ON runs USING btree (owner_id);


CREATE INDEX runs_without_post ON runs USING btree (owner_id, post_id DESC) WHERE (NOT ((status)::text = 'completed'::text));


CREATE INDEX tier_limits_tier_1e153fcd_like ON tier_limits USING btree (tier varchar_pattern_ops);


CREATE UNIQUE INDEX unique_primary_email ON account_emailaddress USING btree (user_id, "primary") WHERE "primary";


CREATE UNIQUE INDEX unique_verified_email ON account_emailaddress USING btree (email) WHERE verified;


CREATE UNIQUE INDEX usage_records_ended_once ON usage_records (run_id) WHERE kind IN ('refund', 'settle');


CREATE INDEX usage_records_newest ON usage_records USING btree (user_id, id DESC);


CREATE UNIQUE INDEX usage_records_reserved_once ON usage_records USING btree (run_id) WHERE ((kind)::text = 'reserve'::text);


CREATE INDEX users_email_0ea73cca_like ON users USING btree (email varchar_pattern_ops);


CREATE UNIQUE INDEX users_email_any_case ON users USING btree (lower((email)::text));


CREATE INDEX users_groups_group_id_2f3517aa ON users_groups USING btree (group_id);


CREATE INDEX users_groups_user_id_f500bee5 ON users_groups USING btree (user_id);


CREATE INDEX users_user_permissions_permission_id_6d08dcd2 ON users_user_permissions USING btree (permission_id);


CREATE INDEX users_user_permissions_user_id_92473840 ON users_user_permissions USING btree (user_id);


CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::procrastinate_job_status))) EXECUTE FUNCTION procrastinate_notify_queue_abort_job_v1();


CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status)) EXECUTE FUNCTION procrastinate_notify_queue_job_inserted_v1();


CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION procrastinate_trigger_abort_requested_events_procedure_v1();


CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION procrastinate_unlink_periodic_defers_v1();


CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::procrastinate_job_status))) EXECUTE FUNCTION procrastinate_trigger_function_scheduled_events_v1();


CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::procrastinate_job_status)) EXECUTE FUNCTION procrastinate_trigger_function_status_events_insert_v1();


CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION procrastinate_trigger_function_status_events_update_v1();


ALTER TABLE ONLY account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_users_id FOREIGN KEY (user_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_owner_id_1b6915e0_fk_users_id FOREIGN KEY (owner_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY conversations
    ADD CONSTRAINT conversations_owner_id_19e2992a_fk_users_id FOREIGN KEY (owner_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY entitlements
    ADD CONSTRAINT entitlements_tier_a2cc7497_fk_tier_limits_tier FOREIGN KEY (tier) REFERENCES tier_limits(tier) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY entitlements
    ADD CONSTRAINT entitlements_user_id_fdbba149_fk_users_id FOREIGN KEY (user_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY generated_content
    ADD CONSTRAINT generated_content_conversation_id_41dd07e9_fk_conversations_id FOREIGN KEY (conversation_id) REFERENCES conversations(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY generated_content
    ADD CONSTRAINT generated_content_owner_id_448512f1_fk_users_id FOREIGN KEY (owner_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY llm_calls
    ADD CONSTRAINT llm_calls_owner_id_172a0273_fk_users_id FOREIGN KEY (owner_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY llm_calls
    ADD CONSTRAINT llm_calls_run_id_d2da88c1_fk_runs_id FOREIGN KEY (run_id) REFERENCES runs(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES procrastinate_jobs(id) ON DELETE CASCADE;


ALTER TABLE ONLY procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES procrastinate_workers(id) ON DELETE SET NULL;


ALTER TABLE ONLY procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES procrastinate_jobs(id);


ALTER TABLE ONLY run_events
    ADD CONSTRAINT run_events_run_id_f873bc13_fk_runs_id FOREIGN KEY (run_id) REFERENCES runs(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY run_notices
    ADD CONSTRAINT run_notices_event_id_fde11ca8_fk_run_events_id FOREIGN KEY (event_id) REFERENCES run_events(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY run_steps
    ADD CONSTRAINT run_steps_run_id_29ebaba5_fk_runs_id FOREIGN KEY (run_id) REFERENCES runs(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY runs
    ADD CONSTRAINT runs_conversation_id_753bbe1b_fk_conversations_id FOREIGN KEY (conversation_id) REFERENCES conversations(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY runs
    ADD CONSTRAINT runs_owner_id_810547bd_fk_users_id FOREIGN KEY (owner_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY usage_records
    ADD CONSTRAINT usage_records_user_id_b0ed3712_fk_users_id FOREIGN KEY (user_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY user_quotas
    ADD CONSTRAINT user_quotas_user_id_32716608_fk_users_id FOREIGN KEY (user_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY users_groups
    ADD CONSTRAINT users_groups_group_id_2f3517aa_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY users_groups
    ADD CONSTRAINT users_groups_user_id_f500bee5_fk_users_id FOREIGN KEY (user_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY users_user_permissions
    ADD CONSTRAINT users_user_permissio_permission_id_6d08dcd2_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY users_user_permissions
    ADD CONSTRAINT users_user_permissions_user_id_92473840_fk_users_id FOREIGN KEY (user_id) REFERENCES users(id) DEFERRABLE INITIALLY DEFERRED;

INSERT INTO django_migrations VALUES (1, 'contenttypes', '0001_initial', '2026-11-27 11:54:26.756771+00');
INSERT INTO django_migrations VALUES (2, 'contenttypes', '0002_remove_content_type_name', '2026-11-27 11:54:26.767236+00');
INSERT INTO django_migrations VALUES (3, 'auth', '0001_initial', '2026-11-27 11:54:26.817793+00');
INSERT INTO django_migrations VALUES (4, 'auth', '0002_alter_permission_name_max_length', '2026-11-27 11:54:26.824668+00');
INSERT INTO django_migrations VALUES (5, 'auth', '0003_alter_user_email_max_length', '2026-11-27 11:54:26.833732+00');
INSERT INTO django_migrations VALUES (6, 'auth', '0004_alter_user_username_opts', '2026-11-27 11:54:26.845497+00');
INSERT INTO django_migrations VALUES (7, 'auth', '0005_alter_user_last_login_null', '2026-11-27 11:54:26.855737+00');
INSERT INTO django_migrations VALUES (8, 'auth', '0006_require_contenttypes_0002', '2026-11-27 11:54:26.858759+00');
INSERT INTO django_migrations VALUES (9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-27 11:54:26.868491+00');
INSERT INTO django_migrations VALUES (10, 'auth', '0008_alter_user_username_max_length', '2026-11-27 11:54:26.880964+00');
INSERT INTO django_migrations VALUES (11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-27 11:54:26.889614+00');
INSERT INTO django_migrations VALUES (12, 'auth', '0010_alter_group_name_max_length', '2026-11-27 11:54:26.9005+00');
INSERT INTO django_migrations VALUES (13, 'auth', '0011_update_proxy_permissions', '2026-11-27 11:54:26.911121+00');
INSERT INTO django_migrations VALUES (14, 'auth', '0012_alter_user_first_name_max_length', '2026-11-27 11:54:26.921549+00');
INSERT INTO django_migrations VALUES (15, 'accounts', '0001_create_users', '2026-11-27 11:54:26.970291+00');
INSERT INTO django_migrations VALUES (16, 'account', '0001_initial', '2026-11-27 11:54:27.004239+00');
INSERT INTO django_migrations VALUES (17, 'account', '0002_email_max_length', '2026-11-27 11:54:27.018212+00');
INSERT INTO django_migrations VALUES (18, 'account', '0003_alter_emailaddress_create_unique_verified_email', '2026-11-27 11:54:27.046242+00');
INSERT INTO django_migrations VALUES (19, 'account', '0004_alter_emailaddress_drop_unique_email', '2026-11-27 11:54:27.071561+00');
INSERT INTO django_migrations VALUES (20, 'account', '0005_emailaddress_idx_upper_email', '2026-11-27 11:54:27.087049+00');
INSERT INTO django_migrations VALUES (21, 'account', '0006_emailaddress_lower', '2026-11-27 11:54:27.109946+00');
INSERT INTO django_migrations VALUES (22, 'account', '0007_emailaddress_idx_email', '2026-11-27 11:54:27.135804+00');
INSERT INTO django_migrations VALUES (23, 'account', '0008_emailaddress_unique_primary_email_fixup', '2026-11-27 11:54:27.15679+00');
INSERT INTO django_migrations VALUES (24, 'account', '0009_emailaddress_unique_primary_email', '2026-11-27 11:54:27.17271+00');
INSERT INTO django_migrations VALUES (25, 'accounts', '0002_create_api_keys', '2026-11-27 11:54:27.204215+00');
INSERT INTO django_migrations VALUES (26, 'accounts', '0003_add_preferences', '2026-11-27 11:54:27.240199+00');
INSERT INTO django_migrations VALUES (27, 'accounts', '0004_sign_callbacks', '2026-11-27 11:54:27.255196+00');
INSERT INTO django_migrations VALUES (28, 'billing', '0001_create_tiers', '2026-11-27 11:54:27.293195+00');
INSERT INTO django_migrations VALUES (29, 'billing', '0002_usage_quotas', '2026-11-27 11:54:27.358668+00');
INSERT INTO django_migrations VALUES (30, 'billing', '0003_cap_costs', '2026-11-27 11:54:27.367047+00');
INSERT INTO django_migrations VALUES (31, 'blogai', '0001_create_maintenance', '2026-11-27 11:54:27.37565+00');
INSERT INTO django_migrations VALUES (32, 'generation', '0001_create_posts_and_runs', '2026-11-27 11:54:27.907391+00');
INSERT INTO django_migrations VALUES (33, 'generation', '0002_delete_posts_with_undo', '2026-11-27 11:54:27.960919+00');
INSERT INTO django_migrations VALUES (34, 'generation', '0003_share_llm_turns', '2026-11-27 11:54:27.970531+00');
INSERT INTO django_migrations VALUES (35, 'generation', '0004_control_runs', '2026-11-27 11:54:28.068909+00');
INSERT INTO django_migrations VALUES (36, 'generation', '0005_keep_more_of_runs', '2026-11-27 11:54:28.340944+00');
INSERT INTO django_migrations VALUES (37, 'generation', '0006_deliver_callbacks', '2026-11-27 11:54:28.389887+00');
INSERT INTO django_migrations VALUES (38, 'generation', '0007_name_things_as_others_do', '2026-11-27 11:54:28.618265+00');
INSERT INTO django_migrations VALUES (39, 'procrastinate', '0001_initial', '2026-11-27 11:54:28.642907+00');
INSERT INTO django_migrations VALUES (40, 'procrastinate', '0002_drop_started_at_column', '2026-11-27 11:54:28.648061+00');
INSERT INTO django_migrations VALUES (41, 'procrastinate', '0003_drop_started_at_column', '2026-11-27 11:54:28.652504+00');
INSERT INTO django_migrations VALUES (42, 'procrastinate', '0004_drop_procrastinate_version_table', '2026-11-27 11:54:28.657302+00');
INSERT INTO django_migrations VALUES (43, 'procrastinate', '0005_fix_procrastinate_fetch_job', '2026-11-27 11:54:28.672565+00');
INSERT INTO django_migrations VALUES (44, 'procrastinate', '0006_fix_trigger_status_events_insert', '2026-11-27 11:54:28.677861+00');
INSERT INTO django_migrations VALUES (45, 'procrastinate', '0007_add_queueing_lock_column', '2026-11-27 11:54:28.685255+00');
INSERT INTO django_migrations VALUES (46, 'procrastinate', '0008_close_fetch_job_race_condition', '2026-11-27 11:54:28.696395+00');
INSERT INTO django_migrations VALUES (47, 'procrastinate', '0009_add_defer_job_function', '2026-11-27 11:54:28.703312+00');
INSERT INTO django_migrations VALUES (48, 'procrastinate', '0010_add_procrastinate_periodic_defers', '2026-11-27 11:54:28.712769+00');
INSERT INTO django_migrations VALUES (49, 'procrastinate', '0011_add_foreign_key_index', '2026-11-27 11:54:28.719221+00');
INSERT INTO django_migrations VALUES (50, 'procrastinate', '0012_add_locks_to_periodic_defer', '2026-11-27 11:54:28.725583+00');
INSERT INTO django_migrations VALUES (51, 'procrastinate', '0013_fix_procrastinate_defer_periodic_job', '2026-11-27 11:54:28.731164+00');
INSERT INTO django_migrations VALUES (52, 'procrastinate', '0014_add_finish_job_and_retry_job_functions', '2026-11-27 11:54:28.73826+00');
INSERT INTO django_migrations VALUES (53, 'procrastinate', '0015_add_trigger_on_job_deletion', '2026-11-27 11:54:28.742577+00');
INSERT INTO django_migrations VALUES (54, 'procrastinate', '0016_delete_finished_jobs', '2026-11-27 11:54:28.746397+00');
INSERT INTO django_migrations VALUES (55, 'procrastinate', '0017_add_checks_to_finish_job', '2026-11-27 11:54:28.749546+00');
INSERT INTO django_migrations VALUES (56, 'procrastinate', '0018_add_checks_to_retry_job', '2026-11-27 11:54:28.75255+00');
INSERT INTO django_migrations VALUES (57, 'procrastinate', '0019_fix_finish_job_compat_issue', '2026-11-27 11:54:28.755273+00');
INSERT INTO django_migrations VALUES (58, 'procrastinate', '0020_add_index_on_procrastinate_jobs', '2026-11-27 11:54:28.759073+00');
INSERT INTO django_migrations VALUES (59, 'procrastinate', '0021_add_kwargs_to_defer_periodic_job', '2026-11-27 11:54:28.766192+00');
INSERT INTO django_migrations VALUES (60, 'procrastinate', '0022_null_locks_excluded', '2026-11-27 11:54:28.770639+00');
INSERT INTO django_migrations VALUES (61, 'procrastinate', '0023_remove_old_finish_job_function', '2026-11-27 11:54:28.776396+00');
INSERT INTO django_migrations VALUES (62, 'procrastinate', '0024_job_id_bigint', '2026-11-27 11:54:28.788043+00');
INSERT INTO django_migrations VALUES (63, 'procrastinate', '0025_add_models', '2026-11-27 11:54:28.795323+00');
INSERT INTO django_migrations VALUES (64, 'procrastinate', '0026_add_job_priority', '2026-11-27 11:54:28.80166+00');
INSERT INTO django_migrations VALUES (65, 'procrastinate', '0027_add_periodic_job_priority', '2026-11-27 11:54:28.805034+00');
INSERT INTO django_migrations VALUES (66, 'procrastinate', '0028_add_cancel_states', '2026-11-27 11:54:28.814494+00');
INSERT INTO django_migrations VALUES (67, 'procrastinate', '0029_add_additional_params_to_retry_job', '2026-11-27 11:54:28.818746+00');
INSERT INTO django_migrations VALUES (68, 'procrastinate', '0030_alter_procrastinateevent_options', '2026-11-27 11:54:28.822428+00');
INSERT INTO django_migrations VALUES (69, 'procrastinate', '0031_add_indexes_for_fetch_job', '2026-11-27 11:54:28.829014+00');
INSERT INTO django_migrations VALUES (70, 'procrastinate', '0032_pre_cancel_notification', '2026-11-27 11:54:28.841109+00');
INSERT INTO django_migrations VALUES (71, 'procrastinate', '0033_post_cancel_notification', '2026-11-27 11:54:28.85765+00');
INSERT INTO django_migrations VALUES (72, 'procrastinate', '0034_pre_add_heartbeat', '2026-11-27 11:54:28.871363+00');
INSERT INTO django_migrations VALUES (73, 'procrastinate', '0035_post_add_heartbeat', '2026-11-27 11:54:28.874856+00');
INSERT INTO django_migrations VALUES (74, 'procrastinate', '0036_add_worker_model', '2026-11-27 11:54:28.882006+00');
INSERT INTO django_migrations VALUES (75, 'procrastinate', '0037_pre_batch_defer_jobs', '2026-11-27 11:54:28.887878+00');
INSERT INTO django_migrations VALUES (76, 'procrastinate', '0038_post_batch_defer_jobs', '2026-11-27 11:54:28.892627+00');
INSERT INTO django_migrations VALUES (77, 'procrastinate', '0039_pre_priority_lock_fetch_job', '2026-11-27 11:54:28.897932+00');
INSERT INTO django_migrations VALUES (78, 'procrastinate', '0040_pre_retry_failed_job', '2026-11-27 11:54:28.901729+00');
INSERT INTO django_migrations VALUES (79, 'procrastinate', '0041_post_retry_failed_job', '2026-11-27 11:54:28.905059+00');
INSERT INTO django_migrations VALUES (80, 'sessions', '0001_initial', '2026-11-27 11:54:28.915019+00');
INSERT INTO users VALUES ('!gt6PWxqMADh3gxihrb41iv55bu5KUCJmCxUOz1Xp', NULL, false, false, true, '2026-11-27 11:54:42.136348+00', '01a21cdb-9458-77d3-a0d6-ce661495ab8f', 'alice@example.com', '', 'UTC', 'system', 0);
INSERT INTO tier_limits VALUES ('starter', 1, 50, 10, 3, 19.00, 190.00, 30, 500, '{blog_generation,basic_tools,research_mode,book_generation,export_formats}', 5.0000);
INSERT INTO tier_limits VALUES ('pro', 2, 200, 50, 5, 49.00, 490.00, 60, 2000, '{blog_generation,basic_tools,research_mode,book_generation,export_formats,bulk_generation,all_tools,brand_voice,remix,priority_support}', 10.0000);
INSERT INTO tier_limits VALUES ('business', 3, 1000, NULL, 20, 149.00, 1490.00, 120, 10000, '{blog_generation,basic_tools,research_mode,book_generation,export_formats,bulk_generation,all_tools,brand_voice,remix,priority_support,api_access,batch_processing,custom_integrations,dedicated_support,team_collaboration}', 20.0000);
INSERT INTO tier_limits VALUES ('free', 0, 5, 7, 2, 0.00, 0.00, 10, 100, '{blog_generation,basic_tools}', 2.0000);
INSERT INTO conversations VALUES ('0193a000-0000-7000-8000-000000000001', 'tides', '2026-11-27 11:56:17.721202+00', '01a21cdb-9458-77d3-a0d6-ce661495ab8f');
INSERT INTO generated_content VALUES ('0193a000-0000-7000-8000-000000000002', 'How tides work', 'how-tides-work', '', '[]', 'en', 'The sea rises.', '[]', '[]', '{}', 3, 'local', 'm', '2026-11-27 11:56:17.729+00', '2026-11-27 11:56:17.729+00', '0193a000-0000-7000-8000-000000000001', '01a21cdb-9458-77d3-a0d6-ce661495ab8f', NULL);
SELECT setval(pg_get_serial_sequence('django_migrations', 'id'), (SELECT max(id) FROM django_migrations)) IS NULL;
