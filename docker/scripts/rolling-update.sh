#!/usr/bin/env bash
# Replaces the containers of docker-compose.prod.yml one version by another, without a gap:
# new ones start beside the old ones, and only when all of them are ready do the old ones finish and stop.
#
#   git pull && VERSION=1.1.0 docker/scripts/rolling-update.sh
#
# `up -d` would stop a container before it starts the next, and `up -d --no-deps blog-ai` would leave the workers on the
# old version. BUILD=no takes an image that exists, as for going back: VERSION=1.0.0 BUILD=no …
set -euo pipefail
cd "$(dirname "$0")/../.."

READY_WITHIN=${READY_WITHIN:-120} # seconds for new containers to become ready
DRAIN_WITHIN=${DRAIN_WITHIN:-60}  # seconds for an old one to finish, longer than DRAIN_SECONDS
: "${VERSION:?Set VERSION to the tag of the new image, such as 1.1.0}"
export VERSION BUILD_DATE="${BUILD_DATE:-$(date -u +'%Y-%m-%dT%H:%M:%SZ')}"
export GIT_SHA="${GIT_SHA:-$(git rev-parse HEAD 2>/dev/null || true)}"

if docker compose version >/dev/null 2>&1; then compose=(docker compose); else compose=(docker-compose); fi
compose+=(-f docker-compose.prod.yml)

say() { printf '%s\n' "$*"; }

ids() { "${compose[@]}" ps -q "$1"; }

health() { docker inspect --format '{{.State.Health.Status}}' "$1" 2>/dev/null || echo gone; }

all_ready() { # the ids of containers
    local id
    for id in "$@"; do [ "$(health "$id")" = healthy ] || return 1; done
}

replace() { # a service
    local service=$1 old new count end=$((SECONDS + READY_WITHIN))
    old=$(ids "$service")
    count=$(printf '%s' "$old" | grep -c . || true)
    if [ "$count" -eq 0 ]; then
        "${compose[@]}" up -d --no-deps "$service"
        return
    fi
    say "$service: starting $count beside the $count that run"
    "${compose[@]}" up -d --no-deps --no-recreate --scale "$service=$((count * 2))" "$service"
    new=$(ids "$service" | grep -vxF "$old" || true)
    # shellcheck disable=SC2086 # each word is an id
    until all_ready $new; do
        if [ "$SECONDS" -ge "$end" ]; then
            say "$service: not ready within $READY_WITHIN seconds. The old version goes on; the new one said:" >&2
            for id in $new; do docker logs --tail 20 "$id" >&2 || true; done
            docker rm --force $new >/dev/null
            exit 1
        fi
        sleep 1
    done
    say "$service: the new version is ready; the old one finishes"
    # shellcheck disable=SC2086
    docker stop -t "$DRAIN_WITHIN" $old >/dev/null
    # shellcheck disable=SC2086
    docker rm $old >/dev/null
}

[ "${BUILD:-yes}" = no ] || "${compose[@]}" build blog-ai
"${compose[@]}" up -d --no-recreate redis
say "Bringing the database up to date, beside the old version"
"${compose[@]}" run --rm --no-deps migrate
replace blog-ai
replace worker
"${compose[@]}" up -d --no-recreate --no-deps nginx
say "Version $VERSION runs."
