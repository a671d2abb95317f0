#!/bin/sh
# Before any process of the deployment: Dagster's home in the data folder, and the password of PostgreSQL where libpq reads it.
# DAGSTER_HOME and PGPASSFILE name both, so that a health check and `docker compose exec`, which pass by here, find them too.
set -eu

if [ "$DAGSTER_HOME" = "$MOVIE_PREF_DATA/dagster" ]; then
    mkdir -p "$DAGSTER_HOME"
    cp "$(dirname "$0")/dagster.yaml" "$DAGSTER_HOME/.dagster.yaml.$$"
    mv "$DAGSTER_HOME/.dagster.yaml.$$" "$DAGSTER_HOME/dagster.yaml"
fi

# libpq refuses a file that others may read, and a secret of compose is often such a file
if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    (umask 077 && printf '*:*:*:*:%s\n' "$(sed -e 's/[\\:]/\\&/g' "$POSTGRES_PASSWORD_FILE")" > "$PGPASSFILE")
fi

exec "$@"
