"""The database's schema as SQL files: written from Django's migrations, applied, and locked down.

Django's migrations are the only source. `export_sql` writes them to `migrations_sql/` (for psql, with
rollbacks) and `supabase/migrations/` (for Supabase's CLI); `migrate_sql` applies them; `check_rls` asks
whether Supabase's Data API can reach anything.
"""
