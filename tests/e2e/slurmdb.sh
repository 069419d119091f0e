#!/bin/sh
# Two real Slurm clusters with slurmdbd, in a federation (slurm-up -F of the testbed): what sacctmgr, scontrol and squeue say of
# accounts, QOS, users, licences, reservations and parts of jobs is what hubtop says; what PrivateData hides is said.
# HUBTOP_FED_DIR reuses clusters that run.
. tests/e2e/lib.sh
bed=$HUBTOP_SHARED/testbed
[ -x "$bed/slurm-up" ] || lacks testbed "there is no testbed in $HUBTOP_SHARED"
[ "$(id -u)" -eq 0 ] || lacks testbed "only root can start the testbed"
command -v jq >/dev/null || lacks testbed "jq is not installed"

tb=${HUBTOP_FED_DIR:-}
if [ -z "$tb" ]; then
    tb=$(TMPDIR=/tmp mktemp -d /tmp/hubtop-fed.XXXXXX)
    trap 'at_end; TMPDIR=/tmp "$bed/slurm-down" -d "$tb" -r >/dev/null 2>&1; rm -rf "$tb"' EXIT
    TMPDIR=/tmp "$bed/slurm-up" -d "$tb" -c 2 -n 8 -j 30 -F >"$TMPDIR/slurm-up" 2>&1 || {
        shows "the testbed starts"
        no "$(tail -n 5 "$TMPDIR/slurm-up")"
        exit 1
    }
fi
# shellcheck disable=SC1091
. "$tb/env"
export SLURM_CONF="$TB_1_CONF"

umask 077
echo "$TB_1_TOKEN" >"$TMPDIR/token"
echo "$TB_1_TOKEN_tbana" >"$TMPDIR/token.tbana"
for as in slurm tbana; do
    file=$TMPDIR/token
    [ "$as" = slurm ] || file=$TMPDIR/token.$as
    cat >"$TMPDIR/$as.conf" <<END
version = 1
source "$TB_1_NAME" {
  driver     = "slurm"
  url        = "$TB_1_URL"
  user       = "$as"
  token_file = "$file"
  interval   = 5
}
END
done
name=$TB_1_NAME

get_as() { # USER KIND...
    as=$1
    shift
    timeout 90 "$hubtop" --config "$TMPDIR/$as.conf" --state-dir "$TMPDIR/state.$as" get "$@" --json --timeout 60 2>"$err"
}

# --- what an administrator would set ---

sacctmgr -Q -i add account life parent=root description=life organization=lab fairshare=30 grptres=gres/gpu=16,cpu=64 grpjobs=300 >>"$TMPDIR/sacctmgr"
sacctmgr -Q -i add account bio parent=life description=biology organization=lab fairshare=10 >>"$TMPDIR/sacctmgr"
sacctmgr -Q -i add account chem parent=life description=chemistry organization=lab fairshare=30 >>"$TMPDIR/sacctmgr"
sacctmgr -Q -i add user tbana account=bio >>"$TMPDIR/sacctmgr"
sacctmgr -Q -i add coordinator account=chem names=tbchen >>"$TMPDIR/sacctmgr"
sacctmgr -Q -i modify user tbboris set adminlevel=operator >>"$TMPDIR/sacctmgr"
sacctmgr -Q -i add qos urgent priority=200 gracetime=60 maxwall=2-0 maxjobsperuser=10 usagefactor=0.5 grpjobs=40 flags=DenyOnLimit >>"$TMPDIR/sacctmgr"
grep -q ^Licenses "$TB_1_CONF" || echo "Licenses=matlab:10,ansys:4" >>"$TB_1_CONF"
scontrol reconfigure
begin=$(date -d '+1 hour' +%FT%T)
scontrol create reservation "ReservationName=maint-$$" "StartTime=$begin" Duration=60 Users=root Flags=MAINT,IGNORE_JOBS \
    "Nodes=$name-r01n01,$name-r01n02" >"$out"
scontrol create reservation "ReservationName=project-$$" "StartTime=$begin" Duration=120 Accounts=bio PartitionName=cpu NodeCnt=1 \
    Flags=IGNORE_JOBS >>"$out"
cat >"$TMPDIR/het.sh" <<'END'
#!/bin/sh
#SBATCH -n1 --mem=100M
#SBATCH hetjob
#SBATCH -n2 --mem=100M
sleep 3000
END
chmod 755 "$TMPDIR/het.sh"
sbatch -Q --uid=tbchen --gid=tbchen -D / -o /dev/null -M "$name" --hold "$TMPDIR/het.sh"
sbatch -Q --uid=tbdora --gid=tbdora -D / -o /dev/null -M "$name" -L matlab:2 -n1 -c1 --mem=100M -p debug --wrap 'sleep 3000'
sbatch -Q --uid=tbana --gid=tbana -D / -o /dev/null --begin=now+2hours -n1 --mem=100M --wrap 'sleep 3000'

"$hubtop" --config "$TMPDIR/slurm.conf" --state-dir "$TMPDIR/state.slurm" collect >"$TMPDIR/collect.log" 2>&1 &
collector=$!

shows "the newest data parser that is offered, and the federation"
get_as slurm schedulers >"$out" || no "get schedulers failed: $(cat "$err")"
[ "$(jq -r '.items[0] | [.api, .state, .name] | join(" ")' "$out")" = "v0.0.38 up $name" ] || no "it told $(cat "$out")"
jq -e '.items[0].federation | split("+") | sort == ["'"$TB_1_NAME"'", "'"$TB_2_NAME"'"] or sort == ["'"$TB_2_NAME"'", "'"$TB_1_NAME"'"]' \
    "$out" >/dev/null || no "the federation is $(jq '.items[0].federation' "$out")"
jq -e '.items[0].hidden == null' "$out" >/dev/null || no "something is hidden from the operator: $(jq -c '.items[0].hidden' "$out")"

# --- slurmdbd ---

shows "get accounts agrees with sacctmgr show account and assoc"
get_as slurm accounts >"$TMPDIR/accounts.json" || no "get accounts failed: $(cat "$err")"
sacctmgr -nP show account format=account,description,organization | sort >"$TMPDIR/wanted"
jq -r '.items[] | [.name, .description, .organization] | join("|")' "$TMPDIR/accounts.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
sacctmgr -nP show assoc "cluster=$name" user= format=account,parentname,fairshare,grpjobs | sort >"$TMPDIR/wanted"
jq -r '.items[] | [.name, .parent // "", .shares, ((.limits // [])[] | select(startswith("GrpJobs=")) | ltrimstr("GrpJobs=")) // ""] | join("|")' \
    "$TMPDIR/accounts.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
grep -q 'life|root|30|300' "$TMPDIR/ours" || no "the account with limits is missing"
jq -e '.items[] | select(.name == "life") | .limits | contains(["GrpJobs=300", "GrpTRES/cpu=64", "GrpTRES/gres/gpu=16"])' \
    "$TMPDIR/accounts.json" >/dev/null || no "limits of life: $(jq -c '.items[] | select(.name == "life") | .limits' "$TMPDIR/accounts.json")"
jq -e '.items[] | select(.name == "chem") | .coordinators == ["tbchen"]' "$TMPDIR/accounts.json" >/dev/null ||
    no "coordinators of chem: $(jq -c '.items[] | select(.name == "chem")' "$TMPDIR/accounts.json")"

shows "shares of the accounts agree with sshare"
# sshare's NormShares are parts of the parent's; the first level is what the scheduler gives.
sshare -nP -o Account,User,NormShares | awk -F '|' '$2 == "" && $1 ~ /^ [^ ]/ { gsub(/ /, "", $1); printf "%s %.2f\n", $1, 100 * $3 }' |
    sort >"$TMPDIR/wanted"
jq -r '.items[] | select(.parent == "root") | [.name, .share_pct] | @tsv' "$TMPDIR/accounts.json" |
    awk '{ printf "%s %.2f\n", $1, $2 }' | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
jq -e '[.items[] | select(.name == "life" or .name == "bio" or .name == "chem") | .share_pct] | length == 3 and all(. != null)' \
    "$TMPDIR/accounts.json" >/dev/null || no "a share is unknown: $(jq -c '[.items[] | {name, share_pct}]' "$TMPDIR/accounts.json")"

shows "get qos agrees with sacctmgr show qos"
get_as slurm qos >"$TMPDIR/qos.json" || no "get qos failed: $(cat "$err")"
sacctmgr -nP show qos format=name,priority,gracetime,maxwall,maxjobspu,usagefactor,grpjobs | sort >"$TMPDIR/wanted"
jq -r 'def hms: "\(. / 3600 | floor | tostring | if length < 2 then "0" + . else . end):\(. % 3600 / 60 | floor | tostring | if length < 2 then "0" + . else . end):00";
    .items[] | [.name, .priority, (.grace_s | hms), (if .max_time_s == null then "" else "\(.max_time_s / 86400)-00:00:00" end),
    .max_jobs_per_user // "", ("\(.usage_factor)" | if contains(".") then . + "00000" else . + ".000000" end),
    ((.limits // [])[] | select(startswith("GrpJobs=")) | ltrimstr("GrpJobs=")) // ""] | join("|")' "$TMPDIR/qos.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
grep -q '^urgent|200|00:01:00|2-00:00:00|10|0.500000|40$' "$TMPDIR/ours" || no "the QOS with limits is missing"

shows "get users agrees with sacctmgr show user"
get_as slurm users >"$TMPDIR/users.json" || no "get users failed: $(cat "$err")"
sacctmgr -nP show user format=user,admin | tr '[:upper:]' '[:lower:]' | sort >"$TMPDIR/wanted"
jq -r '.items[] | [.name, .admin] | join("|")' "$TMPDIR/users.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
jq -e '.items[] | select(.name == "tbchen") | .coordinates == ["chem"]' "$TMPDIR/users.json" >/dev/null || no "tbchen administers nothing"

shows "asked every five minutes, and fresh in between"
requests() {
    get_as slurm sources | jq '.items[0].requests'
}
before=$(requests) began=$(date +%s)
while [ $(($(date +%s) - began)) -lt 20 ]; do sleep 1; done
each=$(($(requests) - before))
[ "$each" -le 42 ] || no "$each requests in 20 s: more than 7 a poll"
get_as slurm accounts | jq -e 'all(.items[]; (.stale | not) and .age_s >= 20)' >/dev/null || no "accounts are asked too often, or stale"

# --- slurmctld ---

shows "get reservations agrees with scontrol show reservation"
get_as slurm reservations >"$TMPDIR/reservations.json" || no "get reservations failed: $(cat "$err")"
scontrol -o show reservation | awk -v OFS='|' '{
    delete v
    for (i = 1; i <= NF; i++) {
        at = index($i, "=")
        if (substr($i, 1, at - 1) != "cpu")
            v[substr($i, 1, at - 1)] = substr($i, at + 1) == "(null)" ? "" : substr($i, at + 1)
    }
    print v["ReservationName"], v["StartTime"], v["EndTime"], v["Nodes"], v["Users"], v["Accounts"], v["PartitionName"], v["Flags"]
}' | sort >"$TMPDIR/wanted"
jq -r '.items[] | [.name, (.starts_at | rtrimstr("Z")), (.ends_at | rtrimstr("Z")), .nodes, ((.users // []) | join(",")),
    ((.accounts // []) | join(",")), .queue // "", ((.flags // []) | join(","))] | join("|")' "$TMPDIR/reservations.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
[ "$(jq -r '.items[] | select(.name == "maint-'$$'") | .purpose' "$TMPDIR/reservations.json")" = maintenance ] || no "maintenance is not said"
[ "$(jq -r '.items[] | select(.name == "project-'$$'") | .purpose' "$TMPDIR/reservations.json")" = project ] || no "a project is not said"

shows "get licenses agrees with scontrol show lic"
for _ in 1 2 3; do
    scontrol -o show lic | sed 's/LicenseName=//; s/ [A-Z][a-z]*=/|/g; s/|no$/|false/; s/|yes$/|true/' | sort >"$TMPDIR/wanted"
    sleep 6
    get_as slurm licenses | jq -r '.items[] | [.name, .total, .used, .free, .reserved, .remote] | join("|")' | sort >"$TMPDIR/ours"
    cmp -s "$TMPDIR/wanted" "$TMPDIR/ours" && break
done
same "$TMPDIR/wanted" "$TMPDIR/ours"
grep -q '^matlab|10|' "$TMPDIR/ours" || no "matlab is missing"

shows "parts of a heterogeneous job as squeue shows them"
get_as slurm jobs >"$TMPDIR/jobs.json" || no "get jobs failed: $(cat "$err")"
squeue --local -h -t all -o %i | grep '+' | sort >"$TMPDIR/wanted"
jq -r --arg s "$name/" '.items[] | select(.het != null) | (.id | ltrimstr($s)) as $id | if $id == .het then $id else "\($id) is not \(.het)" end' \
    "$TMPDIR/jobs.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
[ "$(wc -l <"$TMPDIR/ours")" -ge 2 ] || no "there is no heterogeneous job"

shows "what a federated job's siblings are, and what licences it needs"
squeue --local -h -t pending -O 'JobID:|,SiblingsActive:' | awk -F '|' -v own="$name" '$2 ~ /,/ {
    sub(own ",", "", $2); sub("," own, "", $2); print $1 "|" $2
}' | sort >"$TMPDIR/wanted"
jq -r --arg s "$name/" '.items[] | select(.siblings != null and .state != "running") | [(.id | ltrimstr($s)), (.siblings | join(","))] | join("|")' \
    "$TMPDIR/jobs.json" | sort >"$TMPDIR/ours"
same "$TMPDIR/wanted" "$TMPDIR/ours"
[ -s "$TMPDIR/ours" ] || no "no job waits on two clusters"
jq -e '[.items[] | select(.licenses == ["matlab:2"])] | length >= 1' "$TMPDIR/jobs.json" >/dev/null || no "no job needs a licence"

# --- what is hidden ---

shows "what PrivateData hides is said to whom it is hidden from"
echo "PrivateData=jobs" >>"$TB_1_CONF"
scontrol reconfigure
"$hubtop" --config "$TMPDIR/tbana.conf" --state-dir "$TMPDIR/state.tbana" collect --log-file "$TMPDIR/tbana.log" >"$TMPDIR/collect.tbana.log" 2>&1 &
mine=$!
# Else a command makes a collector of its own, which holds the lock.
listens() { [ -S "$TMPDIR/state.tbana/control.sock" ]; }
eventually 30 listens || no "the collector does not begin"
hidden() {
    [ "$(get_as tbana schedulers | jq -c '.items[0].hidden')" = '["jobs"]' ]
}
get_as tbana schedulers | jq -e '.items[0].hidden == null' >/dev/null || no "it is claimed at the first look"
eventually 150 hidden || no "after 150 s: $(get_as tbana schedulers)"
get_as tbana sources >"$out"
says "$out" '"remark":"only your own jobs are visible: [0-9]+ of the [0-9]+ that slurmctld counts \(PrivateData\)"'
get_as tbana jobs | jq -e 'all(.items[]; .user == "tbana")' >/dev/null || no "other users' jobs are visible"
says "$TMPDIR/tbana.log" 'only your own jobs are visible'
get_as slurm schedulers | jq -e '.items[0].hidden == null' >/dev/null || no "it is claimed to the operator"
sed -i '/^PrivateData=jobs$/d' "$TB_1_CONF"
scontrol reconfigure
shown() {
    [ "$(get_as tbana schedulers | jq -c '.items[0].hidden')" = null ]
}
eventually 60 shown || no "it is still said: $(get_as tbana schedulers)"

shows "the collectors end cleanly"
kill -TERM "$collector" "$mine"
wait "$collector"
status=$?
[ "$status" -eq 143 ] || [ "$status" -eq 0 ] || no "it ended with $status: $(tail -n 5 "$TMPDIR/collect.log")"
wait "$mine" || [ $? -eq 143 ] || no "the other: $(tail -n 5 "$TMPDIR/collect.tbana.log")"
scontrol delete "ReservationName=maint-$$"
scontrol delete "ReservationName=project-$$"
