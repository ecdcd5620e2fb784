-- statement: schema_exists repeatable
SELECT to_regclass('public.schema_migration') IS NOT NULL

-- statement: schema_version repeatable
SELECT coalesce(max(version), 0) FROM schema_migration

-- statement: schema_applied repeatable
SELECT version, checksum FROM schema_migration ORDER BY version

-- statement: migration_try_lock
SELECT pg_try_advisory_lock($1)
