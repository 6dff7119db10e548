-- Supabase's Data API speaks for the roles anon and authenticated: they get nothing in this schema.
-- Row level security refuses their rows, and the privileges that older projects grant by default are revoked.
-- Tables and routines of other owners are left alone; `manage.py check_rls` names them.
DO $lockdown$
DECLARE
    api_role text;
    item record;
BEGIN
    FOR item IN
        SELECT oid::regclass AS name, relrowsecurity AS secured FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
            AND pg_has_role(relowner, 'MEMBER')
    LOOP
        IF NOT item.secured THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', item.name);
        END IF;
    END LOOP;
    FOR item IN
        SELECT oid::regprocedure AS name, coalesce(proconfig::text LIKE '%search_path=%', false) AS fixed
        FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND prokind IN ('f', 'p')
            AND pg_has_role(proowner, 'MEMBER')
    LOOP
        IF NOT item.fixed THEN
            EXECUTE format('ALTER ROUTINE %s SET search_path = %I, pg_temp', item.name, current_schema());
        END IF;
        EXECUTE format('REVOKE EXECUTE ON ROUTINE %s FROM PUBLIC', item.name);
    END LOOP;
    ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC;
    FOR api_role IN SELECT rolname FROM pg_roles WHERE rolname IN ('anon', 'authenticated') LOOP
        FOR item IN
            SELECT oid::regclass::text AS name, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
            FROM pg_class
            WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
                AND pg_has_role(relowner, 'MEMBER')
            UNION ALL
            SELECT oid::regprocedure::text, 'ROUTINE' FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace AND prokind IN ('f', 'p')
                AND pg_has_role(proowner, 'MEMBER')
        LOOP
            EXECUTE format('REVOKE ALL ON %s %s FROM %I', item.kind, item.name, api_role);
        END LOOP;
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON TABLES FROM %I', current_schema(), api_role);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON SEQUENCES FROM %I', current_schema(), api_role);
        EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I REVOKE ALL ON ROUTINES FROM %I', current_schema(), api_role);
    END LOOP;
END
$lockdown$;
