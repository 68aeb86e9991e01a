#!/usr/bin/env bash
# Posts to an SMTP server (PyPI: aiosmtpd; AIOSMTPD names the Python that has it) and reads the mailbox.
source "$(dirname "$0")/common.sh"
python=${AIOSMTPD:-python3}
need "$python" openssl
if ! "$python" -c 'import aiosmtpd' 2>/dev/null; then
    echo "skipped: $python has no aiosmtpd"
    exit 0
fi

# By STARTTLS a name is needed that is not known as this machine, and is it: often the host's own.
host=$(hostname)
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mail.test -addext subjectAltName=DNS:localhost,DNS:$host \
    -addext basicConstraints=critical,CA:FALSE -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
cat >"$folder/server.py" <<'PY'
# Takes mails with a login, protected by TLS as the first argument says; writes each into a file.
import asyncio, ssl, sys, os
from aiosmtpd.smtp import SMTP, AuthResult
kind, port, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
class Handler:
    count = 0
    async def handle_DATA(self, server, session, envelope):
        if os.path.exists(folder + "/full"):
            return "452 4.2.2 try later"
        Handler.count += 1
        with open(f"{folder}/mail-{Handler.count:02}.eml", "wb") as file:
            file.write(envelope.content)
        return "250 taken"
def login(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"news" and data.password == b"s3cret-word", handled=False)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
def session():
    tls = {"starttls": dict(tls_context=context, require_starttls=True)}.get(kind, {})
    plain = {} if tls else dict(auth_require_tls=False)
    return SMTP(Handler(), authenticator=login, auth_required=True, enable_SMTPUTF8=True, loop=loop, hostname="mail.test", **tls, **plain)
loop = asyncio.new_event_loop()
loop.run_until_complete(loop.create_server(session, sys.argv[4], port, ssl=context if kind == "smtps" else None))
loop.run_forever()
PY
read_mails() {
    "$python" - "$folder" <<'PY'
import email, email.policy, glob, sys
for name in sorted(glob.glob(sys.argv[1] + "/mail-*.eml")):
    mail = email.message_from_binary_file(open(name, "rb"), policy=email.policy.default)
    parts = [part.get_content_type() for part in mail.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"], parts
    assert not mail.defects and not mail["subject"].defects, mail.defects
    assert all(len(line) <= 998 for line in open(name, "rb").read().split(b"\r\n"))
    for name in ["bcc", "list-unsubscribe-post"]: assert mail[name] is None
    for name in ["date", "from", "to", "list-id", "list-unsubscribe", "auto-submitted"]:
        assert len(mail.get_all(name)) == 1, name
    text = mail.get_body(("plain",)).get_content()
    assert "\u202e" not in text + mail["subject"] and "\0" not in text
    print(mail["message-id"], "|", mail["in-reply-to"], "|", mail["subject"][:60], "|", len(mail["subject"]), "|", text.split("\n")[0][:70])
PY
}
post_to() {
    rm -rf "$folder"/{state,output,*.eml,feeds.toml}
    config <<TOML
to = "mail"
url = "$1"
user = "news"
token = "env:MAIL_PASSWORD"
from = "News <news@news.example>"
channel = "a@b.example, Ann Ä <c@d.example>"
pace = "0s"
TOML
    printf '[fetch]\nca = "cert.pem"\n' >>"$folder/feeds.toml"
    source_lists 0 'Bridge opens'
    feedmill run
    source_lists 0 'Bridge opens' 1 "$forged" 2 "$pinging" 3 "$endless" 4 'Fähre – später'
    feedmill run
}
export MAIL_PASSWORD=s3cret-word
for kind in smtp starttls smtps; do
    port=$(free_port)
    serve "$python" "$folder/server.py" "$kind" "$port" "$folder" 127.0.0.1
    await_port "$port"
    case $kind in
        smtp) post_to "smtp://127.0.0.1:$port" ;;
        starttls)
            if [[ $(getent ahostsv4 "$host") != 127.* ]]; then
                echo "skipped: $host is not on the loopback"
                continue
            fi
            post_to "smtp://$host:$port"
            ;;
        smtps) post_to "smtps://localhost:$port" ;;
    esac
    mails=$(read_mails)
    echo "$mails"
    check "$kind: four mails" equals "$(grep -c . <<<"$mails")" 4
done
: >"$folder/full"
source_lists 0 'Bridge opens' 1 "$forged" 2 "$pinging" 3 "$endless" 4 'Fähre – viel später' 5 'Lock gate repaired'
feedmill run || true
check 'a full mailbox: it waits' grep -q '452' <(feedmill deliver --retry 2>&1)
rm "$folder/full"
feedmill deliver --retry
mails=$(read_mails)
echo "$mails" | tail -2
check 'then it arrives once' equals "$(grep -c . <<<"$mails")" 6
first=$(grep 'Fähre – später' <<<"$mails" | cut -d' ' -f1 | head -1)
check 'a change answers the first mail' equals "$(grep 'Re: Fähre' <<<"$mails" | cut -d' ' -f3)" "$first"
export MAIL_PASSWORD=wr0ng-password
source_lists 6 'Ferry back'
feedmill run 2>"$folder/said" || true
cat "$folder/said"
check 'a wrong password is named' grep -q 'check env:MAIL_PASSWORD' "$folder/said"
exit $failed
