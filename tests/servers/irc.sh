#!/usr/bin/env bash
# Posts to a channel of an ngircd by ii, as docs/DELIVER.md has it, and reads what another client sees.
source "$(dirname "$0")/common.sh"
need ngircd ii python3

port=$(free_port)
cat >"$folder/ngircd.conf" <<CONF
[Global]
Name = irc.test
Info = a test
Listen = 127.0.0.1
Ports = $port
PidFile = $folder/ngircd.pid
MotdPhrase = hello
ServerUID = $(id -un)
ServerGID = $(id -gn)
[Limits]
PingTimeout = 60
[Options]
Ident = no
PAM = no
DNS = no
CONF
serve ngircd -n -f "$folder/ngircd.conf"
await_port "$port"
serve ii -s 127.0.0.1 -p "$port" -n reader -i "$folder/reader"
serve ii -s 127.0.0.1 -p "$port" -n feedmill -i "$folder/irc"
for client in reader irc; do
    await grep -q hello "$folder/$client/127.0.0.1/out"
    echo '/j #news' >"$folder/$client/127.0.0.1/in"
    # ii makes the pipe of a channel before the server has let it in.
    await grep -q 'has joined' "$folder/$client/127.0.0.1/#news/out"
done
seen="$folder/reader/127.0.0.1/#news/out"

cat >"$folder/irc.sh" <<'SH'
#!/bin/sh
fifo="irc/127.0.0.1/$FEEDMILL_CHANNEL/in"
test -p "$fifo" || exit 75
timeout 5 sh -c 'cat > "$1"' sh "$fifo" || exit 75
SH
chmod +x "$folder/irc.sh"
config <<'TOML'
to = "program"
command = ["./irc.sh"]
channel = "#news"
markup = "line"
TOML
source_lists 0 'Bridge opens'
feedmill run
feedmill deliver --test team
await grep -q 'this is a test' "$seen"

source_lists 0 'Bridge opens' 1 "$forged" 2 "$pinging" 3 "$endless" 4 'Harbour closed'
feedmill run
await grep -q 'Harbour closed' "$seen"
# The last one may stand in the pipe yet.
await sh -c "test \$(grep -c '<feedmill>' '$seen') -ge 5" || true
lines=$(grep '<feedmill>' "$seen" | cut -d' ' -f3-)
cut -c1-150 <<<"$lines"
check 'each story is one line' equals "$(grep -c . <<<"$lines")" 5
check 'none is cut by the server' equals "$(awk 'length($0) > 380' <<<"$lines" | wc -l)" 0
check 'all addresses are whole' equals "$(grep -c 'https://a.example/[1-4]$' <<<"$lines")" 4
check 'nothing is forged' equals "$(grep -c '^forged' <<<"$lines" || true)" 0
check 'nobody has gone' equals "$(grep -c 'feedmill.*has quit\|feedmill.*left' "$seen" || true)" 0
check 'nothing turns the direction' equals "$(grep -c $'\u202e' <<<"$lines" || true)" 0

# Without the client the stories wait.
kill "${servers[2]}"
wait "${servers[2]}" 2>/dev/null || true
rm -rf "$folder/irc"
source_lists 0 'Bridge opens' 5 'Lock gate repaired'
feedmill run
check 'without a client it waits' grep -q '1 waiting' <(feedmill deliver --retry 2>&1)
exit $failed
