DO $guard$
DECLARE
    migrations text[] := ARRAY[{migrations}];
    tables text[] := ARRAY[{tables}]::text[];
    ledger text := quote_ident(current_schema()) || '.django_migrations';
    applied integer;
    missing text;
BEGIN
    PERFORM set_config('lock_timeout', '5s', true);
    PERFORM pg_advisory_xact_lock({lock});
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
            RAISE EXCEPTION '{file} has been applied already. Nothing was changed.';
        ELSIF applied > 0 THEN
            RAISE EXCEPTION '{file} is half applied: % of its % migrations are recorded. Nothing was changed: finish it with manage.py migrate.',
                applied, cardinality(migrations);
        END IF;
    END IF;
    {order}
    SELECT string_agg(name, ', ') INTO missing FROM unnest(tables) AS name
        WHERE to_regclass(quote_ident(current_schema()) || '.' || quote_ident(name)) IS NOT NULL;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'The schema % already has tables that {file} creates: %. Nothing was changed.', current_schema(), missing;
    END IF;
END
$guard$;
