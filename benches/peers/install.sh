#!/usr/bin/env bash
# Installs the programs that compare.sh compares with into a folder, where none is yet:
#
#   benches/peers/install.sh FOLDER            openring (crates.io) and reader (PyPI), in FOLDER alone
#   benches/peers/install.sh FOLDER --debian   newsboat and sfeed as well, with apt-get: needs root
set -euo pipefail

if [[ $# -lt 1 ]]; then
    sed -n '2,5s/^# \?//p' "$0" >&2
    exit 2
fi
folder=$1
mkdir -p "$folder"

[[ -x $folder/openring/bin/openring ]] || cargo install openring --version 0.6.6 --locked --root "$folder/openring"

if [[ ! -x $folder/reader/bin/python ]]; then
    python3 -m venv "$folder/reader"
    "$folder/reader/bin/pip" install --quiet reader==3.20 sgmllib3k
fi

if [[ ${2:-} == --debian ]]; then
    apt-get update
    apt-get install --yes --no-install-recommends newsboat sfeed
fi
