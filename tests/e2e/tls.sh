#!/bin/sh
# TLS for each source, against certificates that are good and that are not; what the environment says of TLS, proxies and passwords
# changes nothing. The fake server behind the TLS writes down what reaches it: nothing secret does before its certificate is trusted.
. tests/e2e/lib.sh
api=slurm/v0.0.38
canary=canary-$$-token
pki=$TMPDIR/pki
mkdir -m 700 -p "$pki" "$TMPDIR/good/$api" "$TMPDIR/t" "$TMPDIR/case"
(umask 077 && echo "$canary" >"$TMPDIR/t/token")
for kind in jobs nodes partitions reservations; do
    cp "tests/unit/sources/slurm_captures/$kind.json" "$TMPDIR/good/$api/$kind"
done
echo '{"meta":{"Slurm":{"version":{"major":22,"micro":8,"minor":5},"release":"22.05.8"}},"errors":[],"pings":[{"hostname":"vm","ping":"UP","status":0,"mode":"primary"}]}' >"$TMPDIR/good/$api/ping"
echo '{"errors":[],"statistics":{"req_time":1795318993}}' >"$TMPDIR/good/$api/diag"

# --- certificates ---

cat >"$pki/conf" <<END
[ca]
default_ca = this
[this]
database = $pki/index
new_certs_dir = $pki
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:true
subjectKeyIdentifier = hash
[host]
subjectAltName = IP:127.0.0.1
[elsewhere]
subjectAltName = DNS:other.example
[client]
extendedKeyUsage = clientAuth
END
: >"$pki/index"

new_key() {
    (umask 077 && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out "$pki/$1.key" 2>/dev/null)
}

own() { # NAME EXTENSIONS: signed by itself
    new_key "$1" && openssl req -new -x509 -key "$pki/$1.key" -subj "/CN=$1" -days 2 -config "$pki/conf" -extensions "$2" -out "$pki/$1.pem"
}

signed() { # NAME BY EXTENSIONS [BEGIN END]
    new_key "$1" && openssl req -new -key "$pki/$1.key" -subj "/CN=$1" -config "$pki/conf" -out "$pki/$1.csr" &&
        openssl ca -batch -notext -config "$pki/conf" -cert "$pki/$2.pem" -keyfile "$pki/$2.key" -extensions "$3" -in "$pki/$1.csr" \
            -startdate "${4:-20200101000000Z}" -enddate "${5:-20491231000000Z}" -out "$pki/$1.pem" 2>"$TMPDIR/openssl.err"
}

shows "certificates are made"
own root authority && own stranger-root authority && own alone host &&
    signed middle root authority && signed host root host && signed below middle host &&
    signed late root host 20200101000000Z 20200201000000Z && signed early root host 20490101000000Z 20491231000000Z &&
    signed elsewhere root elsewhere && signed stranger stranger-root host && signed client root client && signed foe stranger-root client ||
    no "openssl does not make them: $(cat "$TMPDIR/openssl.err")"
cat "$pki/below.pem" "$pki/middle.pem" >"$pki/below-whole.pem"
cat "$pki/stranger.pem" "$pki/stranger-root.pem" >"$pki/stranger-whole.pem"
(umask 077 && openssl ec -in "$pki/client.key" -aes256 -passout pass:locked -out "$pki/locked.key" 2>/dev/null)
: >"$pki/empty.pem"
[ -s "$pki/locked.key" ] || no "no locked key"

# --- servers ---

servers=
trap 'kill $servers 2>/dev/null; at_end' EXIT
port() { sed -n 's/^PORT //p' "$1"; }
started() { eventually 10 grep -qs '^PORT ' "$1" || no "a fake server does not start: $(cat "$1")"; }
plain() { # NAME FLAGS...: a fake_http with a ledger
    name=$1
    shift
    "$BUILD/tests/fakes/fake_http" --ledger "$TMPDIR/$name.ledger" "$@" >"$TMPDIR/$name.port" 2>&1 &
    servers="$servers $!"
    started "$TMPDIR/$name.port"
}
front() { # NAME CERTIFICATE KEY FLAGS...: TLS before the one called "behind"
    name=$1 cert=$2 key=$3
    shift 3
    "$BUILD/tests/fakes/fake_tls" --to "$(port "$TMPDIR/behind.port")" --cert "$pki/$cert.pem" --key "$pki/$key.key" "$@" >"$TMPDIR/$name.port" 2>&1 &
    servers="$servers $!"
    started "$TMPDIR/$name.port"
}
# url SCHEME PORT-FILE QUERY
url() { echo "slurm+$1://root@127.0.0.1:$(port "$2")?token_file=$TMPDIR/t/token&name=x$3"; }
reached() { grep -c '' "$TMPDIR/behind.ledger"; }
tells_nobody() { ! grep -rqF "$canary" "$@" || no "the token was told"; }

plain behind --dir "$TMPDIR/good"
root="&ca_file=$pki/root.pem"

# --- what is trusted ---

# what | certificate | key | flags of the server | query
cat >"$TMPDIR/well" <<END
a certificate of an authority in the ca_file|host|host||$root
one below another, with the chain|below-whole|below||$root
TLS 1.2|host|host|--only tls1.2|$root
a self-signed one that the ca_file holds itself|alone|alone||&ca_file=$pki/alone.pem
a client certificate, where one is asked for|host|host|--clients $pki/root.pem|$root&client_cert=$pki/client.pem&client_key=$pki/client.key
a client certificate, with TLS 1.2|host|host|--only tls1.2 --clients $pki/root.pem|$root&client_cert=$pki/client.pem&client_key=$pki/client.key
END
n=0
while IFS='|' read -r what cert key flags query; do
    n=$((n + 1))
    shows "well: $what"
    # shellcheck disable=SC2086
    front "well.$n" "$cert" "$key" $flags
    run 0 "$hubtop" --source "$(url https "$TMPDIR/well.$n.port" "$query")" --state-dir "$TMPDIR/state.well.$n" collect --once
    says "$out" '^x +jobs +[1-9][0-9]* rows'
done <"$TMPDIR/well"

# --- what is not ---

# what | certificate | key | flags of the server | query | status | words | hint | state
cat >"$TMPDIR/ill" <<END
expired|late|late||$root|69|not trusted: it has expired|clock right.*renew|offline
not yet valid|early|early||$root|69|not trusted: it is not valid yet|clock right|offline
self-signed|alone|alone||$root|69|not trusted: it is self-signed|fingerprint.*ca_file|offline
for another host|elsewhere|elsewhere||$root|69|for another host .*127.0.0.1|URL must name the host|offline
of another authority|stranger|stranger||$root|69|no authority that is trusted here signed it|must stand in .*root.pem|offline
of another authority, which comes along|stranger-whole|stranger||$root|69|an authority that is not trusted here|must stand in|offline
an empty chain|below|below||$root|69|chain is not whole|must send the certificates between|offline
of an authority that the system does not know|host|host|||69|no authority that is trusted here signed it|name the authority with ca_file|offline
TLS 1.1|host|host|--only tls1.1|$root|69|no TLS as new as version 1.2|TLS 1.2 or 1.3|offline
TLS 1.0|host|host|--only tls1.0|$root|69|no TLS as new as version 1.2|TLS 1.2 or 1.3|offline
no client certificate, where one is asked for|host|host|--clients $pki/root.pem|$root|77|asks for a client certificate, and we have none|client_cert and client_key|denied
no client certificate, with TLS 1.2|host|host|--only tls1.2 --clients $pki/root.pem|$root|69|refuses the TLS handshake|client_cert|offline
a client certificate of another authority|host|host|--clients $pki/root.pem|$root&client_cert=$pki/foe.pem&client_key=$pki/foe.key|77|refuses our certificate .*foe.pem|authority that the server knows|denied
a client certificate and another one's key|host|host||$root&client_cert=$pki/client.pem&client_key=$pki/foe.key|78|cannot use the client_cert|belong together|offline
a client key behind a pass phrase|host|host||$root&client_cert=$pki/client.pem&client_key=$pki/locked.key|78|cannot use the client_cert|no pass phrase|offline
a client certificate that is not there|host|host||$root&client_cert=$pki/nowhere.pem&client_key=$pki/client.key|78|cannot use the client_cert .*nowhere.pem|PEM|offline
a ca_file that is not there|host|host||&ca_file=$pki/nowhere.pem|78|cannot use the ca_file .*nowhere.pem|PEM|offline
a ca_file that holds nothing|host|host||&ca_file=$pki/empty.pem|78|cannot use the ca_file .*empty.pem|PEM|offline
END
before=$(reached)
n=0
while IFS='|' read -r what cert key flags query status words hint state; do
    n=$((n + 1))
    shows "refused: $what"
    # shellcheck disable=SC2086
    front "ill.$n" "$cert" "$key" $flags
    run "$status" "$hubtop" --source "$(url https "$TMPDIR/ill.$n.port" "$query")" --state-dir "$TMPDIR/state.$n" collect --once
    says "$out" "^x +(api|ping) +failed .*$words" && says "$err" "^hubtop: x: (api|ping): .*$words" && says "$err" "^hint: .*$hint"
    tells_nobody "$out" "$err" "$TMPDIR/state.$n"
    timeout 60 "$hubtop" --state-dir "$TMPDIR/state.$n" --offline get sources --json >"$out" 2>"$err"
    [ "$(jq -r '.items[0].state' "$out")" = "$state" ] || no "its state is $(jq -r '.items[0].state' "$out"), not $state"
    grep -E '^PASSED [1-9]' "$TMPDIR/ill.$n.port" && no "the server was told something"
done <"$TMPDIR/ill"

shows "nobody is asked for a pass phrase on a terminal"
front locked host host
cat >"$TMPDIR/locked.e2e" <<END
test locked
size 160x45
spawn $hubtop --source "$(url https "$TMPDIR/locked.port" "$root&client_cert=$pki/client.pem&client_key=$pki/locked.key")" --state-dir $TMPDIR/state.locked collect --once
wait 20 "belong together"
expect-exit 78 10
END
run 0 "$BUILD/tests/e2e/drive" "$TMPDIR/locked.e2e"

shows "nothing came to the server behind any of them"
[ "$(reached)" -eq "$before" ] || no "$(reached) requests, not $before: $(tail -n 3 "$TMPDIR/behind.ledger")"

# --- no TLS ---

shows "https at a port of plain HTTP, and http at a port of TLS, say so"
front well host host
run 69 "$hubtop" --source "$(url http "$TMPDIR/well.port" "")" --state-dir "$TMPDIR/no1" collect --once
says "$err" "^hubtop: .*(broke off after 0 bytes|not HTTP|closed the connection)" && says "$err" "^hint: .*https"
plain garbage --mode garbage
run 69 "$hubtop" --source "$(url https "$TMPDIR/garbage.port" "")" --state-dir "$TMPDIR/no2" collect --once
says "$err" "^hubtop: .*no TLS" && says "$err" "^hint: .*is it http"

# --- the environment ---

shows "no variable makes an authority trusted, or hands out keys"
run 69 env SSL_CERT_FILE="$pki/root.pem" SSL_CERT_DIR="$pki" CURL_CA_BUNDLE="$pki/root.pem" REQUESTS_CA_BUNDLE="$pki/root.pem" CURL_SSL_BACKEND=none \
    "$hubtop" --source "$(url https "$TMPDIR/well.port" "")" --state-dir "$TMPDIR/env1" collect --once
says "$err" "no authority that is trusted here"
run 0 env SSL_CERT_FILE=/dev/null SSLKEYLOGFILE="$TMPDIR/keys" "$hubtop" --source "$(url https "$TMPDIR/well.port" "$root")" --state-dir "$TMPDIR/env2" collect --once
[ ! -e "$TMPDIR/keys" ] || no "the keys of the connection were written down"

shows "a ca_file stands alone: the system's authorities are not looked at"
if command -v strace >/dev/null && strace -o "$TMPDIR/trace" true 2>/dev/null; then
    front stranger stranger stranger
    # who is traced cannot look for leaks
    run 69 env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -qq -e trace=openat,open,stat,newfstatat,access -o "$TMPDIR/trace" \
        "$hubtop" --source "$(url https "$TMPDIR/stranger.port" "$root")" --state-dir "$TMPDIR/alone" collect --once
    grep -q 'root.pem' "$TMPDIR/trace" || no "the trace does not hold the ca_file"
    grep -E '/etc/ssl/certs|ca-certificates' "$TMPDIR/trace" && no "they were"
fi

shows "there is no switch that leaves verification out"
"$hubtop" help >"$TMPDIR/words" && "$hubtop" config init - >>"$TMPDIR/words" && "$hubtop" help config >>"$TMPDIR/words"
grep -inE 'insecure|no-?verify|skip[-_]?(verif|tls|ssl|cert)|verify *=|trust-?all' "$TMPDIR/words" && no "there is one"
says "$TMPDIR/words" 'ca_file'
grep -rnE 'SSL_VERIFY(PEER|HOST|STATUS), *0|CURLOPT_(PROXY_)?SSL_OPTIONS' src && no "the source has one"

# --- proxies, passwords ---

plain proxy --mode status:503
plain direct --dir "$TMPDIR/good"

shows "the environment's proxies are not used"
at="http://127.0.0.1:$(port "$TMPDIR/proxy.port")"
run 0 env http_proxy="$at" https_proxy="$at" HTTPS_PROXY="$at" ALL_PROXY="$at" all_proxy="$at" NO_PROXY=none no_proxy=none \
    "$hubtop" --source "$(url http "$TMPDIR/direct.port" "")" --source "$(url https "$TMPDIR/well.port" "$root" | sed 's/name=x/name=y/')" \
    --state-dir "$TMPDIR/proxy1" collect --once
[ ! -s "$TMPDIR/proxy.ledger" ] || no "they are: $(cat "$TMPDIR/proxy.ledger")"

shows "a proxy that is configured is used, whatever the environment says, and is not told the token of an https source"
run 69 env no_proxy='*' NO_PROXY='*' "$hubtop" --source "slurm+http://root@no-such-host.invalid:1?token_file=$TMPDIR/t/token&name=x&proxy=$at" --state-dir "$TMPDIR/proxy2" collect --once
says "$TMPDIR/proxy.ledger" ' GET http://no-such-host.invalid:1/'
: >"$TMPDIR/proxy.ledger"
run 69 "$hubtop" --source "$(url https "$TMPDIR/well.port" "$root&proxy=$at")" --state-dir "$TMPDIR/proxy3" collect --once
says "$TMPDIR/proxy.ledger" ' CONNECT 127.0.0.1:' && says "$err" "through the proxy '$at': .*503"
grep -i token "$TMPDIR/proxy.ledger" && no "it is told the token"
run 78 "$hubtop" --source "$(url http "$TMPDIR/direct.port" "&proxy=http://me:secret@h:1")" --state-dir "$TMPDIR/proxy4" collect --once
says "$err" "proxy" && ! grep -q secret "$err" || no "its password was told"

shows "no .netrc is read, and a redirect is not followed to another port or scheme"
echo "machine 127.0.0.1 login me password $canary" >"$HOME/.netrc"
: >"$TMPDIR/direct.ledger"
run 0 "$hubtop" --source "$(url http "$TMPDIR/direct.port" "")" --state-dir "$TMPDIR/netrc" collect --once
grep -i authorization "$TMPDIR/direct.ledger" && no "it is"
rm "$HOME/.netrc"
: >"$TMPDIR/direct.ledger"
plain moved --mode "redirect:http://127.0.0.1:$(port "$TMPDIR/direct.port")/$api/ping"
run 76 "$hubtop" --source "$(url http "$TMPDIR/moved.port" "")" --state-dir "$TMPDIR/moved.state" collect --once
[ ! -s "$TMPDIR/direct.ledger" ] || no "it is: $(cat "$TMPDIR/direct.ledger")"

# --- what sets a source up ---

conf=$TMPDIR/hubtop.conf
cat >"$conf" <<END
source "good" { driver = "slurm" url = "https://127.0.0.1:$(port "$TMPDIR/well.port")" ca_file = "$pki/root.pem" user = "root" token_file = "$TMPDIR/t/token" }
source "late" { driver = "slurm" url = "https://127.0.0.1:$(port "$TMPDIR/ill.1.port")" ca_file = "$pki/root.pem" user = "root" token_file = "$TMPDIR/t/token" }
context "well" { sources = { "good" } }
END

shows "doctor SOURCE goes the way step by step"
run 0 "$hubtop" -c "$conf" doctor good
for line in 'token +.*mode 0600' 'name +127.0.0.1, .* ms' 'connect +127.0.0.1, .* ms' 'TLS +verified, .* ms' \
    'certificate +CN = host, by CN = root, until ' 'answer +HTTP 404' 'jobs +[1-9][0-9]* rows' 'version +22.05.8' 'jobs, 3 of '; do
    says "$out" "^$line" || break
done
tells_nobody "$out" "$err"
run 69 "$hubtop" -c "$conf" doctor late
says "$out" '^TLS +the certificate .* has expired' && says "$out" '^ +-> .*clock' && ! grep -qE "^(api|ping)" "$out" || no "it went on"
run 67 "$hubtop" -c "$conf" doctor nobody && says "$err" "^hint: .*good late"

shows "config check asks each source once"
run 69 "$hubtop" config check "$conf"
says "$out" '^good +jobs +[1-9][0-9]* rows +[0-9]+ ms' && says "$out" '^late +(api|ping) +failed after .* has expired' && says "$out" '^ +hint: .*clock'
run 0 "$hubtop" -C well config check "$conf" && ! grep -q '^late' "$out" || no "it asked another context's"
run 0 "$hubtop" --offline config check "$conf" && ! grep -q '^good' "$out" || no "it asked"
tells_nobody "$out" "$err"
[ -z "$(find "$TMPDIR" "$XDG_RUNTIME_DIR" -maxdepth 1 -name 'hubtop*' -type d)" ] || no "a folder was left: $(find "$TMPDIR" "$XDG_RUNTIME_DIR" -maxdepth 1 -name 'hubtop*')"
