#!/bin/sh
# Install the Debian packages named, when they are missing and we may.
# usage: .ci/debian.sh [--optional] PACKAGE...
# With --optional a package that cannot be installed is told of, and is no failure.
set -eu

refused=1
if [ "${1:-}" = "--optional" ]; then
    refused=0
    shift
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "No Debian system: install what corresponds to: $*" >&2
    exit "$refused"
fi

missing=""
for package in "$@"; do
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = "installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n env"
else
    echo "Missing Debian packages. Install them: sudo apt-get install$missing" >&2
    exit "$refused"
fi

echo "Installing Debian packages:$missing"
# A word list on purpose: $as_root and $missing hold several words.
if ! { $as_root apt-get -qq update &&
    $as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
        install --yes --no-install-recommends $missing >/dev/null; }; then
    echo "Could not install:$missing" >&2
    exit "$refused"
fi
