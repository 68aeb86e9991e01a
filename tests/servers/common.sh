# What the scripts share: a folder with a source, and a server that ends with the script.
set -euo pipefail

feedmill_binary=${FEEDMILL:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/target/debug/feedmill}
folder=$(mktemp -d)
servers=()
failed=0

finish() {
    local pid
    for pid in "${servers[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT

# Without the program there is nothing to be tried.
need() {
    local program
    for program in "$@"; do
        if ! command -v "$program" >/dev/null; then
            echo "skipped: $program is not here"
            exit 0
        fi
    done
}

# Starts a server; what it says goes to a file.
serve() {
    "$@" >>"$folder/server.log" 2>&1 &
    servers+=($!)
}

# Waits for a port, at most 60 seconds.
await_port() {
    local try
    for try in $(seq 600); do
        if (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
        sleep 0.1
    done
    echo "nothing listens on port $1:"
    cat "$folder/server.log"
    exit 1
}

# Waits until a command succeeds, at most 20 seconds.
await() {
    local try
    for try in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    echo "in vain: $*"
    return 1
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Writes feeds.toml: the table of the destination comes from standard input.
config() {
    {
        printf 'site.base_url = "https://news.example/"\n[sources.a]\npath = "a.xml"\n[themes.all]\n[deliver.team]\n'
        cat
    } >"$folder/feeds.toml"
}

# Writes the source: for each story its name and its title, which may be hostile.
source_lists() {
    {
        printf '<rss version="2.0"><channel><title>Courier</title><link>https://a.example/</link>'
        while (($# > 1)); do
            printf '<item><guid>%s</guid><link>https://a.example/%s</link><title>' "$1" "$1"
            printf '%b' "$2"
            printf '</title><description>The story number %s of the harbour, told in words that only story %s has: %s.</description></item>' \
                "$1" "$1" "$(printf '%s' "$1" | sha256sum | fold -w 6 | head -8 | tr '\n' ' ')"
            shift 2
        done
        printf '</channel></rss>'
    } >"$folder/a.xml"
}

feedmill() { (cd "$folder" && "$feedmill_binary" "$@"); }

# Titles that try to end a line, forge a message, ping, turn the direction, or be endless.
forged='Late&#13;&#10;PRIVMSG #news :forged&#13;&#10;QUIT :x\0'
pinging='@everyone @room @here <!channel> &#x202e;gnp.exe&#x202c; &lt;b&gt;x&lt;/b&gt;'
endless=$(printf 'Ferry %.0s' $(seq 833))

# check WHAT COMMAND...: says whether it succeeds.
check() {
    local what=$1
    shift
    if "$@"; then
        echo "ok: $what"
    else
        echo "FAILED: $what"
        failed=1
    fi
}

equals() { [[ $1 == "$2" ]] || { printf '  is:     %s\n  should: %s\n' "$1" "$2"; false; }; }
