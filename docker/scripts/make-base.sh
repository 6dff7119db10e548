#!/usr/bin/env bash
# Makes a base image from Debian's packages, where no image registry can be reached: Debian 13 has Python 3.13.
#
#   docker/scripts/make-base.sh [name]        the default name is localhost/blog-ai-base:trixie
#
# Needs root, mmdebstrap and buildah (Debian: apt-get install mmdebstrap buildah). An image that exists is kept.
set -euo pipefail

name=${1:-localhost/blog-ai-base:trixie}
buildah inspect --type image "$name" >/dev/null 2>&1 && exit 0

files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT
echo "Making $name from Debian's packages" >&2
# shellcheck disable=SC2016 # mmdebstrap's shell expands $1
mmdebstrap --quiet --variant=minbase --include=ca-certificates,media-types,python3,python3-venv \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='ln -s /usr/bin/python3 "$1/usr/local/bin/python"' \
    trixie "$files/base.tar"

container=$(buildah from scratch)
buildah add --quiet "$container" "$files/base.tar" / >/dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd python "$container"
buildah commit --quiet --rm "$container" "$name" >/dev/null
