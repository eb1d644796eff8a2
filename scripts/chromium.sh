#!/bin/bash
# The browser of the journeys and a font for Japanese. On Debian what is missing is installed; elsewhere it is named.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
if command -v dpkg-query >/dev/null; then
    dpkg-query --show --showformat='${Status}' fonts-noto-cjk 2>/dev/null | grep -q 'ok installed' || missing+=(fonts-noto-cjk)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo --non-interactive)
if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get --option DPkg::Lock::Timeout=300 update --quiet=2
    "${as_root[@]}" apt-get --option DPkg::Lock::Timeout=300 install --yes --quiet=2 --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "The journeys need ${missing[*]}. Install it with the machine's package manager, then try again." >&2
    exit 1
fi
