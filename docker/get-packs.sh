#!/bin/sh
# Gets the model packs of Debian's sweethome3d-furniture (CC0 and CC-BY 3.0, 122 MB).
#
# Where they are installed nothing happens; root installs the package with apt; others unpack the downloaded package
# into .packs/, which git ignores. Without packs the procedural assets serve, so failing to get them is no error: one
# line says what is missing, and the exit status is 0.
set -u

package=sweethome3d-furniture
installed=/usr/share/sweethome3d/furniture
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
packs=$root/.packs

have() {
    for file in "$1"/*.sh3f; do
        [ -s "$file" ] && return 0
    done
    return 1
}

# All of them: with some, the same seed gives other scenes. The mark is written last; packs of before have none.
whole() {
    have "$1" || return 1
    [ ! -e "$1/.complete" ] || return 0
    for name in BlendSwap-CC-0 BlendSwap-CC-BY KatorLegaz Reallusion Scopia; do
        [ -s "$1/$name.sh3f" ] || return 1
    done
}

without() {
    echo "model packs: $1; the procedural assets serve. To add the packs: apt-get install $package" >&2
    exit 0
}

if have "$installed"; then
    echo "model packs: $installed"
    exit 0
fi
for folder in "$packs" "$packs$installed"; do
    if whole "$folder"; then
        echo "model packs: $folder"
        exit 0
    fi
done

say() { echo "model packs: $*" >&2; }

command -v apt-get >/dev/null 2>&1 || without "this system has no apt-get"
say "getting $package, 122 MB: half a minute on a fast line"

if [ "$(id -u)" -eq 0 ]; then
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 ||
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"; } >/dev/null 2>&1
    have "$installed" || without "apt-get could not install $package"
    echo "model packs: $installed"
    exit 0
fi

command -v dpkg-deb >/dev/null 2>&1 || without "this system has no dpkg-deb"
work=$(mktemp -d) || without "no temporary folder could be made"
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download -qq "$package") >/dev/null 2>&1 ||
    without "apt-get could not download $package"
say "unpacking it"
dpkg-deb -x "$work"/*.deb "$work/unpacked" 2>/dev/null ||
    without "the downloaded $package could not be unpacked"
have "$work/unpacked$installed" || without "the downloaded $package holds no packs"
# An interrupted copy must not look like a pack, nor some packs like all of them. One rename makes all of them there. A
# folder that cannot be replaced (a mount, a link, files of somebody else's) gets each by a rename within it: a kill then
# leaves whole packs, some of them and without the mark, and the next run gets all.
fill() {
    [ ! -d "$packs" ] || rmdir "$packs" 2>/dev/null
    part=$packs.part
    [ ! -e "$packs" ] || part=$packs/.part
    rm -rf "$packs.part" "$part" &&
        mkdir -p "$part" &&
        cp "$work/unpacked$installed"/*.sh3f "$work/unpacked/usr/share/doc/$package/copyright" "$part/" &&
        sync "$part"/* &&
        : >"$part/.complete" || return 1
    if [ "$part" = "$packs.part" ]; then
        mv -T "$part" "$packs"
    else
        mv "$part"/* "$packs/" && mv "$part/.complete" "$packs/" && rmdir "$part"
    fi
}
fill 2>/dev/null || without "$packs could not be written"
echo "model packs: $packs"
