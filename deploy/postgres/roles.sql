-- The two roles and the two databases, made by the cluster's superuser. Safe to repeat: passwords are set anew.
-- The owner's role migrates; the services' role gets its rights on tables from the migrations.
\getenv owner_password BOXOFFICE_DATABASE_OWNER_PASSWORD
\getenv service_password BOXOFFICE_DATABASE_PASSWORD
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['box_office_owner', 'box_office_service']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE box_office_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE box_office_service LOGIN PASSWORD :'service_password';
-- The seats' batches: a plan for the arrays at hand costs five times more than the general one.
ALTER ROLE box_office_service SET plan_cache_mode = force_generic_plan;
SELECT format('CREATE DATABASE %I OWNER box_office_owner', name)
FROM unnest(ARRAY['box_office', 'sandbox_provider']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
REVOKE ALL ON DATABASE box_office, sandbox_provider FROM PUBLIC;
GRANT CONNECT ON DATABASE box_office, sandbox_provider TO box_office_service;
