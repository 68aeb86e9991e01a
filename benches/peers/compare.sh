#!/usr/bin/env bash
# First passes of feedmill and of other programs over the same feeds, in turn, each in a new folder:
#
#   benches/peers/compare.sh FOLDER [FEEDS [RUNS]]
#
# FOLDER is where install.sh put the others; one that is not there is left out. OPENRING=PATH names
# another openring. Prints the medians: processor time, memory at the peak, megabytes written, and how many times
# the processor time of the first program. Needs Linux and 2 GB for each run of 1,000 feeds in TMPDIR.
#
# What they do is not the same. openring keeps nothing and writes one page of one article of each feed;
# newsboat, sfeed and reader store all items and publish none. feedmill stores, merges and publishes 20
# themes in all formats, with a page for each story.
set -euo pipefail

if [[ $# -lt 1 ]]; then
    sed -n '2,12s/^# \?//p' "$0" >&2
    exit 2
fi
peers=$(realpath "$1") feeds=${2:-1000} runs=${3:-3}
openring=${OPENRING:-$peers/openring/bin/openring}
here=$(realpath "$(dirname "$0")")
cd "$here/../.."

bench=$(cargo bench --bench pass --no-run 2>&1 | sed -n 's/.*Executable .*(\(.*\))$/\1/p')
bench=$(realpath "$bench")
feedmill=$(realpath "$(dirname "$bench")/../feedmill")

work=$(mktemp -d)
mkfifo "$work/address"
"$bench" serve "$feeds" >"$work/address" &
server=$!
trap 'kill "$server"; rm -rf "$work"' EXIT
read -r address <"$work/address"

# A folder for one pass, with the configuration of each program.
prepare() {
    mkdir "$1"
    "$bench" configure "$1" "$address" "$feeds" 20 "$2"
    {
        printf 'sfeedpath="%s/feeds"\nfeeds() {\n' "$1"
        awk '{ printf "feed f%d \"%s\"\n", NR, $1 }' "$1/urls.txt"
        printf '}\n'
    } >"$1/sfeedrc"
    mkdir "$1/feeds"
    printf 'reload-threads 8\nrefresh-on-startup no\n' >"$1/newsboat"
}

# One pass of a program in a folder: its name, seconds of processor time, MB of memory, MB written.
pass() {
    local name=$1 kind=wide folder=$work/$1-$2
    if [[ $name == *-narrow ]]; then
        kind=narrow
    fi
    prepare "$folder" "$kind"
    local command=()
    case $name in
        openring) command=("$openring" --no-cache -n 30 -p 1 -S "$folder/urls.txt" -t "$here/page.html") ;;
        newsboat) command=(newsboat -q -u "$folder/urls.txt" -c "$folder/cache.db" -C "$folder/newsboat" -x reload) ;;
        sfeed) command=(sfeed_update "$folder/sfeedrc") ;;
        reader) command=("$peers/reader/bin/python" "$here/update.py" "$folder/reader.db" "$folder/urls.txt") ;;
        feedmill-*) command=("$feedmill" run --all -c "$folder/feeds.toml") ;;
    esac
    "$bench" measure "${command[@]}" 2>"$folder/errors" |
        awk -v name="$name" '{ print name, $1 + $2, $4 / 1e6, $5 / 1e6 }'
}

names=()
if [[ -x $openring ]]; then names+=(openring); fi
if command -v newsboat >/dev/null; then names+=(newsboat); fi
if command -v sfeed_update >/dev/null; then names+=(sfeed); fi
if [[ -x $peers/reader/bin/python ]]; then names+=(reader); fi
names+=(feedmill-narrow feedmill-wide)

for ((run = 1; run <= runs; run++)); do
    for name in "${names[@]}"; do
        pass "$name" "$run"
    done
done | tee "$work/passes" >&2

# The middle value of a column of a program's passes.
median() {
    awk -v name="$1" -v column="$2" '$1 == name { print $column }' "$work/passes" | sort -n | sed -n "$(((runs + 1) / 2))p"
}

printf '\n%s feeds, medians of %s\n%-16s %8s %8s %8s %8s\n' "$feeds" "$runs" program 'CPU s' 'MB top' 'MB out' ratio
first=$(median "${names[0]}" 2)
for name in "${names[@]}"; do
    printf '%s %s %s %s %s\n' "$name" "$(median "$name" 2)" "$(median "$name" 3)" "$(median "$name" 4)" "$first"
done | awk '{ printf "%-16s %8.2f %8.0f %8.0f %8.2f\n", $1, $2, $3, $4, $2 / $5 }'
