"""Whether Supabase's Data API can reach anything in the schema: what its database linter asks, and more.

Each question is a query that returns names. A rule that Supabase's linter has too bears the same name. What
belongs to an extension is not asked about: `extension_in_public` names the extension.
"""

from dataclasses import dataclass

from django.db import connection

from blogai.schema.files import SchemaError

LOCK_DOWN = "Run `manage.py migrate` as the owner of the tables: it locks the schema down."

PARTS = """
WITH here AS (
    SELECT quote_ident(current_schema())::regnamespace AS oid
), ours AS ( -- who migrates
    SELECT relowner AS owner FROM pg_class, here
    WHERE relnamespace = here.oid AND relname = 'django_migrations'
), api_role AS (
    SELECT oid, rolname AS name FROM pg_roles WHERE rolname IN ('anon', 'authenticated')
), api AS ( -- for the functions has_…_privilege, which know PUBLIC by this name
    SELECT name FROM api_role UNION ALL SELECT 'public'
), relation AS (
    SELECT c.oid, c.oid::regclass::text AS name, relkind AS kind, relowner AS owner,
        relrowsecurity AS secured, reloptions AS options
    FROM pg_class AS c, here
    WHERE relnamespace = here.oid AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
), readable AS (
    SELECT * FROM relation WHERE kind <> 'S' AND EXISTS (
        SELECT FROM api WHERE has_any_column_privilege(api.name, relation.oid, 'SELECT'))
), routine AS (
    SELECT p.oid, p.oid::regprocedure::text AS name, prokind AS kind, proowner AS owner, prosecdef AS definer,
        proconfig AS settings
    FROM pg_proc AS p, here
    WHERE pronamespace = here.oid AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
)
"""
NAMED = "SELECT '{}', name FROM ({}) AS names (name)"


@dataclass(frozen=True)
class Question:
    """A query that returns the names of what is wrong, and what to do about it."""

    query: str
    advice: str


QUESTIONS = {
    "rls_disabled_in_public": Question(
        "SELECT name FROM relation WHERE kind IN ('r', 'p') AND NOT secured",
        LOCK_DOWN,
    ),
    "policy_exists_rls_disabled": Question(
        "SELECT DISTINCT name FROM relation JOIN pg_policy ON polrelid = relation.oid WHERE NOT secured",
        LOCK_DOWN,
    ),
    "rls_policy_for_api": Question(
        """SELECT format('%s on %s', quote_ident(polname), name)
        FROM relation JOIN pg_policy ON polrelid = relation.oid
        WHERE polpermissive AND (0 = ANY (polroles) OR EXISTS (
            SELECT FROM api_role, unnest(polroles) AS role
            WHERE pg_has_role(api_role.oid, role, 'USAGE')))""",
        "Drop the policy, or say in it for which role it is (`TO …`): now it is for anon or authenticated.",
    ),
    "security_definer_view": Question(
        """SELECT name FROM readable WHERE kind = 'v' AND NOT EXISTS (
            SELECT FROM pg_options_to_table(options)
            WHERE option_name = 'security_invoker' AND option_value::boolean)""",
        f"{LOCK_DOWN} The view shows what its owner may read, whatever row level security says.",
    ),
    "materialized_view_in_api": Question("SELECT name FROM readable WHERE kind = 'm'", LOCK_DOWN),
    "foreign_table_in_api": Question("SELECT name FROM readable WHERE kind = 'f'", LOCK_DOWN),
    "function_search_path_mutable": Question(
        """SELECT name FROM routine WHERE kind IN ('f', 'p') AND NOT EXISTS (
            SELECT FROM unnest(settings) AS setting WHERE setting LIKE 'search_path=%')""",
        LOCK_DOWN,
    ),
    "anon_security_definer_function_executable": Question(
        """SELECT routine.name FROM routine, api_role
        WHERE definer AND api_role.name = 'anon'
            AND has_function_privilege(api_role.oid, routine.oid, 'EXECUTE')""",
        LOCK_DOWN,
    ),
    "authenticated_security_definer_function_executable": Question(
        """SELECT routine.name FROM routine, api_role
        WHERE definer AND api_role.name = 'authenticated'
            AND has_function_privilege(api_role.oid, routine.oid, 'EXECUTE')""",
        LOCK_DOWN,
    ),
    "extension_in_public": Question(
        "SELECT quote_ident(extname) FROM pg_extension, here WHERE extnamespace = here.oid",
        "The lock-down leaves an extension alone: `ALTER EXTENSION … SET SCHEMA extensions`.",
    ),
    "auth_users_exposed": Question(
        """SELECT DISTINCT name FROM readable
        JOIN pg_rewrite ON ev_class = readable.oid
        JOIN pg_depend ON classid = 'pg_rewrite'::regclass AND objid = pg_rewrite.oid
        WHERE refclassid = 'pg_class'::regclass AND refobjid = to_regclass('auth.users')""",
        LOCK_DOWN,
    ),
    "sensitive_columns_exposed": Question(
        """SELECT DISTINCT format('%s.%I', relation.name, attname)
        FROM relation JOIN pg_attribute ON attrelid = relation.oid CROSS JOIN api
        WHERE NOT secured AND attnum > 0 AND NOT attisdropped
            AND attname ~* '(password|passwd|secret|token|api_?key|digest|otp|card_?number|cvc|iban|ssn)'
            AND has_column_privilege(api.name, relation.oid, attnum, 'SELECT')""",
        LOCK_DOWN,
    ),
    "privileges": Question(
        """SELECT format('%s (%s)', granted.name, string_agg(api.name, ', ' ORDER BY api.name)) FROM (
            SELECT oid, name, kind::text FROM relation UNION ALL SELECT oid, name, 'routine' FROM routine
        ) AS granted CROSS JOIN api
        WHERE CASE kind
            WHEN 'routine' THEN has_function_privilege(api.name, oid, 'EXECUTE')
            WHEN 'S' THEN has_sequence_privilege(api.name, oid, 'USAGE, SELECT, UPDATE')
            ELSE has_any_column_privilege(api.name, oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                OR has_table_privilege(api.name, oid, 'DELETE, TRUNCATE, TRIGGER')
                OR current_setting('server_version_num')::int >= 170000
                    AND has_table_privilege(api.name, oid, 'MAINTAIN')
        END
        GROUP BY granted.oid, granted.name""",
        f"{LOCK_DOWN} What is left after it was granted by another role than the owner: "
        "`REVOKE ALL ON … FROM … GRANTED BY …`.",
    ),
    "default_privileges": Question(
        """SELECT DISTINCT format('%s of %s (%s)', kind, pg_get_userbyid(creator),
            CASE grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(grantee) END)
        FROM (
            SELECT defaclrole AS creator, defaclnamespace AS namespace, defaclobjtype::text AS objects,
                defaclacl AS acl
            FROM pg_default_acl
            UNION ALL -- as Postgres has it, unless something else was said for all schemas
            SELECT owner, 0, 'f', acldefault('f', owner) FROM ours WHERE NOT EXISTS (
                SELECT FROM pg_default_acl
                WHERE defaclrole = owner AND defaclnamespace = 0 AND defaclobjtype = 'f')
        ) AS defaults
        JOIN (VALUES ('r', 'tables'), ('S', 'sequences'), ('f', 'routines')) AS kinds (objects, kind)
            USING (objects)
        CROSS JOIN aclexplode(acl) CROSS JOIN here CROSS JOIN ours
        WHERE namespace IN (0, here.oid) AND pg_has_role(ours.owner, creator, 'USAGE')
            AND (grantee = 0 OR EXISTS (
                SELECT FROM api_role WHERE pg_has_role(api_role.oid, grantee, 'USAGE')))""",
        f"{LOCK_DOWN} What is left after it was granted for all schemas, or to what another role creates: "
        "`ALTER DEFAULT PRIVILEGES FOR ROLE … REVOKE ALL ON … FROM …`.",
    ),
    "create_in_schema": Question(
        "SELECT api.name FROM api, here WHERE has_schema_privilege(api.name, here.oid, 'CREATE')",
        "Run `REVOKE CREATE ON SCHEMA … FROM …` as the owner of the schema.",
    ),
    "other_owner": Question(
        """SELECT format('%s (%s)', owned.name, pg_get_userbyid(owned.owner)) FROM (
            SELECT name, owner FROM relation UNION ALL SELECT name, owner FROM routine
        ) AS owned CROSS JOIN ours WHERE NOT pg_has_role(ours.owner, owned.owner, 'USAGE')""",
        "The lock-down leaves it alone: move it to another schema, or give it to the owner of our tables.",
    ),
}


def findings() -> dict[str, list[str]]:
    """The names that each rule objects to, without the rules that object to none. Only reads.

    Any role that may use the schema gets the same answer. Raises SchemaError if our tables are not there.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_schema(), to_regclass(quote_ident(current_schema()) || '.django_migrations')"
        )
        schema, ledger = cursor.fetchone()
        if ledger is None:
            raise SchemaError(
                f"The schema {schema or 'of the search_path'} has no tables of Blog AI: "
                "run `manage.py migrate_sql` first."
            )
        named = [NAMED.format(rule, question.query) for rule, question in QUESTIONS.items()]
        cursor.execute(PARTS + " UNION ALL ".join(named))
        rows = cursor.fetchall()
    found = {rule: sorted(name for broken, name in rows if broken == rule) for rule in QUESTIONS}
    return {rule: names for rule, names in found.items() if names}
