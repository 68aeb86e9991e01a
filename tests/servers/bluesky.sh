#!/usr/bin/env bash
# Posts to the server of Bluesky (npm: @atproto/pds @did-plc/server; PDS names the folder where they are) and reads the records.
source "$(dirname "$0")/common.sh"
need node curl jq python3
modules=${PDS:-.}/node_modules
if ! [[ -d $modules/@atproto/pds && -d $modules/@did-plc/server ]]; then
    echo "skipped: $modules has no @atproto/pds and @did-plc/server"
    exit 0
fi

port=$(free_port)
mkdir "$folder/pds"
# Both in one process: the directory of identities keeps them in memory.
cat >"$folder/server.js" <<'JS'
const [modules, folder, port] = process.argv.slice(2);
const { Database, PlcServer } = require(modules + "/@did-plc/server");
const { PDS, envToCfg, envToSecrets } = require(modules + "/@atproto/pds");
const { randomBytes } = require("crypto");
(async () => {
  const directory = PlcServer.create({ db: Database.mock(), port: 0 });
  const listener = await directory.start();
  const env = {
    devMode: true, hostname: "localhost", port: Number(port), inviteRequired: false, disableSsrfProtection: true,
    dataDirectory: folder, blobstoreDiskLocation: folder + "/blobs", serviceHandleDomains: [".test"],
    didPlcUrl: `http://127.0.0.1:${listener.address().port}`,
    jwtSecret: randomBytes(16).toString("hex"), adminPassword: randomBytes(16).toString("hex"),
    plcRotationKeyK256PrivateKeyHex: randomBytes(32).toString("hex"),
  };
  const server = await PDS.create(envToCfg(env), envToSecrets(env));
  await server.start();
})();
JS
LOG_ENABLED=true serve node "$folder/server.js" "$(realpath "$modules")" "$folder/pds" "$port"
await_port "$port"
api="http://127.0.0.1:$port/xrpc/com.atproto"
call() { curl -s "$api.$1" -H 'Content-Type: application/json' "${@:2}"; }
account=$(call server.createAccount -d '{"handle":"harbour-news.test","email":"a@b.example","password":"a long one"}')
did=$(jq -r .did <<<"$account")
export BLUESKY_PASSWORD
BLUESKY_PASSWORD=$(call server.createAppPassword -H "Authorization: Bearer $(jq -r .accessJwt <<<"$account")" \
    -d '{"name":"feedmill"}' | jq -r .password)

records() { call "repo.listRecords?repo=$did&collection=app.bsky.feed.post&limit=100" | jq -c '[.records[]]'; }
count() { records | jq length; }

config <<TOML
to = "bluesky"
url = "http://127.0.0.1:$port"
user = "harbour-news.test"
token = "env:BLUESKY_PASSWORD"
pace = "0s"
TOML
source_lists 0 'Bridge opens'
feedmill run
feedmill deliver --test team
check 'a test arrives' equals "$(count)" 1

source_lists 0 'Bridge opens' 1 "$forged" 2 "$pinging" 3 "$endless" 4 'Harbour closed'
feedmill run
check 'four stories arrive' equals "$(count)" 5
records | jq -r '.[].value.text' | cut -c1-120
features='[.[].value.facets[]?.features[]] | unique'
check 'there are links, and no mentions' equals "$(records | jq -c "$features | [.[][\"\$type\"]] | unique")" \
    '["app.bsky.richtext.facet#link"]'
check 'all links are ours' equals "$(records | jq "$features | [.[].uri | select(startswith(\"https://a.example/\") | not)] | length")" 0
check 'nothing turns the direction' equals "$(records | grep -c $'\u202e' || true)" 0

# A token that has ended is refreshed: few sessions may be made a day.
python3 - "$folder/state/feedmill.db" <<'PY'
import json, sqlite3, sys
store = sqlite3.connect(sys.argv[1])
state = json.loads(store.execute("SELECT json FROM delivery").fetchone()[0])
session = json.loads(state["session"])
session["accessJwt"] = "x.eyJleHAiOjF9.y"
state["session"] = json.dumps(session)
store.execute("UPDATE delivery SET json = ?", [json.dumps(state)])
store.commit()
PY
# The server notes each request.
asked() { grep -c "\"url\":\"/xrpc/com.atproto.server.$1\"" "$folder/server.log" || true; }
made=$(asked createSession)
source_lists 0 'Bridge opens' 5 'Lock gate repaired'
feedmill run
check 'with a token that has ended it posts' equals "$(count)" 6
check 'the session was refreshed' equals "$(asked refreshSession)" 1
check 'none was made' equals "$(asked createSession)" "$made"

sed -i '1i [stories]\nhide = ["https://a.example/5"]' "$folder/feeds.toml"
sed -i '/^site.base_url/d' "$folder/feeds.toml"
feedmill run
check 'a hidden story is taken back' equals "$(count)" 5

export BLUESKY_PASSWORD=wr0ng-password
source_lists 6 'Ferry back'
feedmill run 2>"$folder/said" || true
cat "$folder/said"
check 'a wrong password is named' grep -q 'check env:BLUESKY_PASSWORD' "$folder/said"
check 'and nothing is posted' equals "$(count)" 5
exit $failed
