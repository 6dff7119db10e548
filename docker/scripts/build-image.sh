#!/usr/bin/env bash
# Builds blog-ai:$VERSION and blog-ai:latest, and writes what is in it to artefacts/sbom.cdx.json.
#
#   VERSION=1.0.0 docker/scripts/build-image.sh [options of docker build, such as --build-arg DEMO=1]
#
# Takes docker, or buildah where no Docker daemon answers. BASE names the base image; without one, buildah makes its
# own where no registry can be reached (make-base.sh).
set -euo pipefail
cd "$(dirname "$0")/../.."

BUILD_DATE=${BUILD_DATE:-$(date -u +'%Y-%m-%dT%H:%M:%SZ')}
GIT_SHA=${GIT_SHA:-$(git rev-parse HEAD)}
VERSION=${VERSION:-$(git describe --tags --always)}
options=(-f Dockerfile.prod --build-arg "BUILD_DATE=$BUILD_DATE" --build-arg "GIT_SHA=$GIT_SHA"
    --build-arg "VERSION=$VERSION" -t "blog-ai:$VERSION" -t blog-ai:latest "$@")
[ -z "${BASE:-}" ] || options+=(--build-arg "BASE=$BASE")
mkdir -p artefacts

if docker info >/dev/null 2>&1; then
    docker build "${options[@]}" .
    docker run --rm --entrypoint cat "blog-ai:$VERSION" /app/sbom.cdx.json >artefacts/sbom.cdx.json
elif command -v buildah >/dev/null; then
    if [ -z "${BASE:-}" ] && ! timeout 60 buildah pull --quiet docker.io/library/python:3.13-slim >/dev/null 2>&1; then
        docker/scripts/make-base.sh
        options+=(--build-arg BASE=localhost/blog-ai-base:trixie)
    fi
    # This machine's certificates and pip settings, which it may need to reach the package index.
    for path in /etc/ssl/certs /etc/pip.conf; do
        [ ! -e "$path" ] || options+=(--volume "$path:$path:ro")
    done
    buildah build --isolation chroot --format docker --layers "${options[@]}" .
    container=$(buildah from --pull-never "blog-ai:$VERSION")
    cat "$(buildah mount "$container")/app/sbom.cdx.json" >artefacts/sbom.cdx.json
    buildah rm "$container" >/dev/null
else
    echo "Building an image needs Docker or buildah." >&2
    exit 1
fi
echo "Built blog-ai:$VERSION; artefacts/sbom.cdx.json lists what is in it."
