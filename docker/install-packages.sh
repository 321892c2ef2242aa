#!/bin/sh
# Installs Debian packages into a layer of the image and leaves nothing else in it.
#
#   install-packages.sh [NAME | FILE]...     a FILE lists packages in its second column, as libraries.txt does
#
# APT_MIRROR (scheme and host) stands in for the host of the base image's package sources, for this call only.
set -eu
export DEBIAN_FRONTEND=noninteractive

packages=
for item in "$@"; do
    [ -f "$item" ] && item=$(sed '/^#/d' "$item" | awk '{ print $2 }' | tr '\n' ' ')
    packages="$packages $item"
done

sources() { find /etc/apt -name '*.list' -o -name '*.sources'; }

restore() {
    for file in $(sources); do
        [ ! -e "$file.own" ] || mv "$file.own" "$file"
    done
    rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb /var/log/apt /var/log/dpkg.log
}
trap restore EXIT

if [ -n "${APT_MIRROR:-}" ]; then
    for file in $(sources); do
        cp -p "$file" "$file.own"
        sed -i -E "s,https?://[^/ ]+,${APT_MIRROR%/}," "$file"
    done
fi
apt-get update -qq
# shellcheck disable=SC2086  # a list of names
apt-get install -y -qq --no-install-recommends $packages
