#!/bin/sh
# Makes .venv with Longtail and everything it needs; `setup.sh dev` adds what the tests need.
#
# What is there already is left alone, so a second run takes a second. Each step is told before it is taken. Missing system packages are installed where this
# user may (root, or sudo without a password); elsewhere the one command to install them is printed, and the status is 1.
# PYTHON names the interpreter to use; without it python3.11, python3.13 and python3 are tried in turn.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
extras=${1:-}
venv=.venv
libraries=docker/libraries.txt

say() { echo "setup: $*" >&2; }

fail() {
    say "$@"
    exit 1
}

# What apt-get must be run with: nothing for root, "sudo -n" where sudo asks nothing, or status 1.
privilege() {
    if [ "$(id -u)" -eq 0 ]; then
        echo ""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        echo "sudo -n"
    else
        return 1
    fi
}

# Installs Debian packages, or says how to.
install_packages() {
    command -v apt-get >/dev/null 2>&1 || fail "this system has no apt-get; install what Debian calls: $*"
    as=$(privilege) || fail "system packages are missing. Run this, then try again:
    sudo apt-get update && sudo apt-get install -y $*"
    say "installing $# system packages with apt-get, tens of MB, a minute or two: $*"
    install="$as env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $*"
    # The package lists of a fresh machine are empty or old, but fetching them takes long: only when needed.
    $install >/dev/null 2>&1 ||
        { $as apt-get update -qq && $install; } >/dev/null ||
        fail "apt-get could not install them; see its message above"
}

# bpy has wheels for these two versions only.
fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 13)))' 2>/dev/null
}

version() { "$1" -c 'import sys; print(sys.version_info[:2])' 2>/dev/null; }

# Whether .venv is there and of the version asked for.
venv_fits() {
    fits "$venv/bin/python" && { [ -z "${PYTHON:-}" ] || [ "$(version "$PYTHON")" = "$(version "$venv/bin/python")" ]; }
}

find_python() {
    for candidate in ${PYTHON:-python3.11 python3.13 python3}; do
        if command -v "$candidate" >/dev/null 2>&1 && fits "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

# Debian packages of the libraries that cannot be loaded, by the loader's own judgement.
missing_libraries() {
    "$1" - "$libraries" <<'PYTHON'
import ctypes
import sys

for line in open(sys.argv[1], encoding="ascii"):
    if not line.startswith("#"):
        soname, package = line.split()[:2]
        try:
            ctypes.CDLL(soname)
        except OSError:
            print(package)
PYTHON
}

# All packages that this machine lacks, so that one command brings them.
missing_packages() {
    if ! python=$(find_python); then
        echo python3 python3-venv
        sed '/^#/d' "$libraries" | tr -s ' ' | cut -d ' ' -f 2
        return
    fi
    # Debian splits ensurepip off. Where nothing can be installed, a pip of the system's own stands in for it.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null &&
        { privilege >/dev/null || ! "$python" -c 'import pip, venv' 2>/dev/null; }; then
        "$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'
    fi
    missing_libraries "$python"
}

make_venv() {
    python=$(find_python) || fail "expected Python 3.11 or 3.13, for which Blender is packaged, got" \
        "${PYTHON:-$(python3 --version 2>&1)}; install one of them and set PYTHON to it"
    say "making $venv with $("$python" --version), some seconds"
    without_pip=
    "$python" -c 'import ensurepip' 2>/dev/null || without_pip=--without-pip
    "$python" -m venv --clear $without_pip "$venv" || fail "$python could not make a virtual environment in $root/$venv"
}

# Of what pip says, one line for each package that it has got.
packages_got() {
    sed -un \
        -e 's#^ *\(Downloading\|Using cached\) \(.*/\)\{0,1\}\([^-/ ]*-[^-/ ]*\)[^/ ]*\.\(whl\|gz\) \((.*)\)$#setup:   \3 \5#p' \
        -e 's#^ *Processing \(.*/\)\{0,1\}\([^-/ ]*-[^-/ ]*\)[^/ ]*\.whl.*#setup:   \2#p' \
        -e 's|^Installing collected packages:.*|setup: unpacking them, half a minute to two|p'
}

install_longtail() {
    say "installing Python packages: 1.5 GB of disk, of which Blender's alone (bpy) is some 350 MB to download;" \
        "two minutes on a fast line"
    if [ -x "$venv/bin/pip" ]; then
        set -- "$venv/bin/python" -m pip
    else
        outer=$("$venv/bin/python" -c 'import sys; print(sys._base_executable)')
        set -- "$outer" -m pip --python "$venv/bin/python"
    fi
    # One call: bpy decides numpy's version, and a later call would not know.
    set -- "$@" install --disable-pip-version-check --no-input --editable ".${extras:+[$extras]}"
    if [ -t 1 ]; then
        "$@" || fail "pip could not install Longtail; see its message above"
        return
    fi
    # A pipe has the status of its end; pip's own takes another way round.
    status=$({ { "$@" && echo 0 >&3 || echo 1 >&3; } | packages_got >&2; } 3>&1)
    [ "$status" -eq 0 ] || fail "pip could not install Longtail; see its message above"
}

# Another pyproject.toml, or the folder at another place, asks for another installation.
key=$({ pwd; cat pyproject.toml docker/setup.sh; } | sha256sum | cut -d ' ' -f 1)

[ -z "${PYTHON:-}" ] || fits "$PYTHON" ||
    fail "PYTHON=$PYTHON: expected Python 3.11 or 3.13, for which Blender is packaged"
packages=$(missing_packages | tr '\n' ' ')
# shellcheck disable=SC2086  # a list of names
[ -z "$packages" ] || install_packages $packages
venv_fits || make_venv
left=$(missing_libraries "$venv/bin/python" | tr '\n' ' ')
[ -z "$left" ] || fail "still not loadable after their installation: $left"

# What the tests need includes what rendering needs.
stamp=$venv/ready${extras:+-$extras}
for ready in "$stamp" "$venv/ready-dev"; do
    if [ -e "$ready" ] && [ "$(cat "$ready")" = "$key" ]; then
        exit 0
    fi
done
install_longtail
echo "$key" >"$stamp"
say "$venv is ready"
