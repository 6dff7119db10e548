IF to_regclass(ledger) IS NULL THEN
        RAISE EXCEPTION 'Apply {first} before {file}. Nothing was changed.';
    END IF;
    SELECT earlier.file INTO missing
        FROM (VALUES {earlier}) AS earlier (file, migration)
        WHERE NOT EXISTS (SELECT FROM django_migrations WHERE app || '.' || name = earlier.migration)
        ORDER BY earlier.file LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'Apply % before {file}. Nothing was changed.', missing;
    END IF;
