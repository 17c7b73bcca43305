# shellcheck shell=bash
#
# Functions that the scripts in tools/ share. They source this file from the root of the repository.

# say TEXT...: prints to standard error, after the script's name.
say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# The comment at the top of the script, from its second paragraph.
usage() { sed -n '3,/^$/ s/^# \{0,1\}//p' "$0"; }

# The clang to use: $CLANG, clang-19 or clang; empty if none is installed.
find_clang() {
    local candidate
    for candidate in ${CLANG:+"$CLANG"} clang-19 clang; do
        if [[ $candidate == "${CLANG-}" ]] || command -v "$candidate" >/dev/null; then
            echo "$candidate"
            break
        fi
    done
}

# The triple that rustc compiles for by default.
host_triple() { rustc -vV | sed -n 's/^host: //p'; }

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "needs root to run: $*"
        return 1
    fi
}

# apt_get ARGUMENT...: runs apt-get, and waits for another one to end.
apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"; }

# apt_install PACKAGE...: first tries without an update; the package lists may be missing or old.
apt_install() {
    local install=(install -y --no-install-recommends "$@")
    apt_get "${install[@]}" >/dev/null 2>&1 || { apt_get update && apt_get "${install[@]}" >/dev/null; }
}
