#!/usr/bin/env bash
# Makes both databases and all roles, with the passwords of the secrets. PostgreSQL's image runs it
# once, when its data folder is new; running it again gives the roles the passwords of that day.
set -euo pipefail
export SECRETS=${SECRETS:-/run/secrets}

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres <<'SQL'
SET log_min_error_statement = panic;  -- a statement that fails may hold a password

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['sealservice_owner', 'sealservice_web', 'sealservice_signer', 'sealservice_worker',
                  'sealservice_checker', 'seaweedfs']) AS name
WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) \gexec

\set owner      `cat "$SECRETS/database-owner"`
\set web        `cat "$SECRETS/database-web"`
\set signer     `cat "$SECRETS/database-signer"`
\set worker     `cat "$SECRETS/database-worker"`
\set checker    `cat "$SECRETS/database-checker"`
\set seaweedfs  `cat "$SECRETS/database-seaweedfs"`
ALTER ROLE sealservice_owner    LOGIN PASSWORD :'owner';
ALTER ROLE sealservice_web      LOGIN PASSWORD :'web';
ALTER ROLE sealservice_signer   LOGIN PASSWORD :'signer';
ALTER ROLE sealservice_worker   LOGIN PASSWORD :'worker';
ALTER ROLE sealservice_checker  LOGIN PASSWORD :'checker';
ALTER ROLE seaweedfs            LOGIN PASSWORD :'seaweedfs';

SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
FROM (VALUES ('sealservice', 'sealservice_owner'), ('seaweedfs', 'seaweedfs')) AS wanted (name, owner)
WHERE NOT EXISTS (SELECT 1 FROM pg_database WHERE datname = name) \gexec
REVOKE ALL ON DATABASE sealservice, seaweedfs FROM PUBLIC;
SQL
