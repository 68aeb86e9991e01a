#!/usr/bin/env bash
# Posts to a Synapse (PyPI: matrix-synapse; SYNAPSE names the Python that has it) and reads the room.
source "$(dirname "$0")/common.sh"
python=${SYNAPSE:-python3}
need "$python" curl jq
if ! "$python" -c 'import synapse' 2>/dev/null; then
    echo "skipped: $python has no synapse"
    exit 0
fi

port=$(free_port)
mkdir "$folder/synapse"
cd "$folder/synapse"
"$python" -m synapse.app.homeserver --server-name localhost --config-path "$folder/synapse/homeserver.yaml" \
    --generate-config --report-stats=no --data-directory "$folder/synapse" >"$folder/server.log" 2>&1
cat >"$folder/synapse/more.yaml" <<YAML
listeners:
  - {port: $port, type: http, bind_addresses: ['127.0.0.1'], resources: [{names: [client]}]}
enable_registration: true
enable_registration_without_verification: true
trusted_key_servers: []
rc_message: {per_second: 1, burst_count: 4}
YAML
serve "$python" -m synapse.app.homeserver --config-path "$folder/synapse/homeserver.yaml" \
    --config-path "$folder/synapse/more.yaml"
await_port "$port"
api="http://127.0.0.1:$port/_matrix/client/v3"
register=$(curl -s "$api/register" -d '{"username":"bot","password":"a long one","auth":{"type":"m.login.dummy"}}')
export MATRIX_TOKEN
MATRIX_TOKEN=$(jq -r .access_token <<<"$register")
room=$(curl -s "$api/createRoom" -H "Authorization: Bearer $MATRIX_TOKEN" -d '{"name":"news"}' | jq -r .room_id)
encoded=$(jq -rn --arg r "$room" '$r|@uri')

# All events of the room that are messages, oldest first.
events() {
    curl -s "$api/rooms/$encoded/messages?dir=f&limit=200" -H "Authorization: Bearer $MATRIX_TOKEN" |
        jq -c '[.chunk[] | select(.type == "m.room.message" or .type == "m.room.redaction")]'
}
count() { events | jq length; }

config <<TOML
to = "matrix"
url = "http://127.0.0.1:$port"
token = "env:MATRIX_TOKEN"
channel = "$room"
pace = "0s"
TOML
source_lists 0 'Bridge opens'
feedmill run
feedmill deliver --test team
check 'a test arrives' equals "$(count)" 1

source_lists 0 'Bridge opens' 1 "$forged" 2 "$pinging" 3 "$endless" 4 'Harbour closed'
feedmill run || true
# The server takes four at once and says when the next: the state is kept, and this run waits for nobody.
for _ in 1 2 3 4 5 6 7 8; do
    feedmill deliver 2>>"$folder/said" || sleep 2
done
cat "$folder/said"
check 'the server was busy, and said until when' grep -q M_LIMIT_EXCEEDED "$folder/said"
check 'four stories arrive once' equals "$(count)" 5
bodies=$(events | jq -r '.[].content.body')
printf '%s\n' "$bodies" | cut -c1-160
check 'nobody is mentioned' equals "$(events | jq -c '[.[1:][] | .content["m.mentions"]] | unique')" '[{}]'
check 'all are notices' equals "$(events | jq -c '[.[1:][] | .content.msgtype] | unique')" '["m.notice"]'
check 'no title makes a line of its own' equals "$(grep -c '^PRIVMSG' <<<"$bodies" || true)" 0
check 'nothing turns the direction' equals "$(events | grep -c $'\u202e' || true)" 0

source_lists 0 'Bridge opens' 4 'Harbour closed until Monday'
sleep 3
feedmill run
check 'an edit replaces the first event' equals \
    "$(events | jq -r '[.[] | select(.content["m.relates_to"].rel_type == "m.replace")] | length')" 1
sed -i '1i [stories]\nhide = ["https://a.example/4"]' "$folder/feeds.toml"
sed -i '/^site.base_url/d' "$folder/feeds.toml"
feedmill run
check 'a hidden story is redacted' equals "$(events | jq '[.[] | select(.type == "m.room.redaction")] | length')" 1

# Killed while the answer is under way: the same transaction is the same event.
before=$(count)
sleep 4
python3 - "$port" "$folder/hold" <<'PY' &
import socket, sys, threading, os
server = socket.socket(); server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", 0)); server.listen()
open(sys.argv[2] + ".new", "w").write(str(server.getsockname()[1])); os.rename(sys.argv[2] + ".new", sys.argv[2])
def talk(client):
    up = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    def there():
        while data := client.recv(65536): up.sendall(data)
    threading.Thread(target=there, daemon=True).start()
    up.recv(65536)  # The event is there now; the answer is never passed on.
    open(sys.argv[2] + ".sent", "w").close()
while True:
    threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()
PY
servers+=($!)
await test -e "$folder/hold"
cp "$folder/feeds.toml" "$folder/real.toml"
sed -i "s|127.0.0.1:$port|127.0.0.1:$(cat "$folder/hold")|" "$folder/feeds.toml"
source_lists 0 'Bridge opens' 5 'Lock gate repaired'
(cd "$folder" && exec "$feedmill_binary" run) 2>"$folder/held.log" &
pass=$!
await test -e "$folder/hold.sent" || cat "$folder/held.log"
kill -9 $pass
wait $pass 2>/dev/null || true
cp "$folder/real.toml" "$folder/feeds.toml"
check 'the event of the killed run is there' equals "$(count)" $((before + 1))
feedmill run
feedmill deliver --retry
check 'after the kill it is there once' equals "$(count)" $((before + 1))
exit $failed
