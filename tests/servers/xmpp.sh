#!/usr/bin/env bash
# Posts to a room of a Prosody by go-sendxmpp, as docs/DELIVER.md has it, and reads the room.
source "$(dirname "$0")/common.sh"
need prosody prosodyctl go-sendxmpp python3 openssl

client=$(free_port)
mkdir "$folder/data"
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,DNS:rooms.localhost \
    -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
cat >"$folder/prosody.cfg.lua" <<LUA
daemonize = false
run_as_root = true
pidfile = "$folder/prosody.pid"
data_path = "$folder/data"
interfaces = { "127.0.0.1" }
c2s_ports = { $client }
s2s_ports = {}
http_ports = {}
https_ports = {}
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping" }
modules_disabled = { "s2s" }
authentication = "internal_hashed"
log = { info = "*console" }
ssl = { key = "$folder/key.pem", certificate = "$folder/cert.pem" }
VirtualHost "localhost"
Component "rooms.localhost" "muc"
    modules_enabled = { "muc_mam" }
    restrict_room_creation = false
    muc_room_locking = false
    muc_room_default_persistent = true
LUA
control() { prosodyctl --root --config "$folder/prosody.cfg.lua" "$@"; }
control register bot localhost s3cret-word >/dev/null
serve prosody -F --root --config "$folder/prosody.cfg.lua"
await_port "$client"

cat >"$folder/xmpp.sh" <<'SH'
#!/bin/sh
timeout 30 go-sendxmpp -n -u "$FEEDMILL_USER" -p "$FEEDMILL_TOKEN" -j 127.0.0.1:$PORT -c "$FEEDMILL_CHANNEL" || exit 75
SH
chmod +x "$folder/xmpp.sh"
sed -i "s|\$PORT|$client|" "$folder/xmpp.sh"
export XMPP_PASSWORD=s3cret-word
config <<'TOML'
to = "program"
command = ["./xmpp.sh"]
user = "bot@localhost"
token = "env:XMPP_PASSWORD"
channel = "news@rooms.localhost"
TOML
source_lists 0 'Bridge opens'
feedmill run
feedmill deliver --test team
source_lists 0 'Bridge opens' 1 "$forged" 2 "$pinging" 3 "$endless" 4 'Harbour closed'
feedmill run
seen=("$folder"/data/rooms*/muc_log/news.list)
bodies() { grep -c '\["name"\] = "body"' "${seen[@]}"; }
await test "$(bodies)" -ge 5 || true
check 'the test and four stories are there once' equals "$(bodies)" 5
check 'all addresses are there' equals "$(grep -c 'https://a.example/[1-4]>\?' "${seen[@]}")" 4
check 'nothing turns the direction' equals "$(grep -c $'\u202e' "${seen[@]}" || true)" 0
exit $failed
