-- The roles and the two databases, made by the cluster's superuser. Safe to repeat: passwords are set anew.
-- The owner migrates. The services sign in with a login of their own, a member of the group box_office_service, which
-- gets its rights from the migrations.
\getenv owner_password BOXOFFICE_DATABASE_OWNER_PASSWORD
\getenv service_password BOXOFFICE_DATABASE_PASSWORD
SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM unnest(ARRAY['box_office_owner', 'box_office_service', 'box_office']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE box_office_owner LOGIN PASSWORD :'owner_password';
ALTER ROLE box_office LOGIN PASSWORD :'service_password';
GRANT box_office_service TO box_office;
-- The seats' batches: a plan for the arrays at hand costs five times more than the general one.
ALTER ROLE box_office SET plan_cache_mode = force_generic_plan;
SELECT format('CREATE DATABASE %I OWNER box_office_owner', name)
FROM unnest(ARRAY['box_office', 'sandbox_provider']) AS name
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name) \gexec
REVOKE ALL ON DATABASE box_office, sandbox_provider FROM PUBLIC;
GRANT CONNECT ON DATABASE box_office, sandbox_provider TO box_office;
