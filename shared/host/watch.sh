# parts: state
# The watcher: asks instance metadata every 5 s for the spot notice, and the clock for the grant. So a dead control
# plane costs neither data nor money. Metadata that cannot be read is no notice.
#
# With a notice it waits for the control plane's stop and stops by itself only 45 s before the announced time, at once
# when less is left. Without a grant it powers off 30 min after boot; past the grant at once; the drain always first.

HERE=/var/lib/spotkeep/host
PERIOD_SECONDS=5
NOTICE_LEAD_SECONDS=45
# EC2 gives two minutes; a notice whose time cannot be read is counted from when it was first seen.
NOTICE_SECONDS=120
FIRST_GRANT_SECONDS=1800
TOKEN=''

number_or_zero() { if [[ ${1-} =~ ^[0-9]{1,15}$ ]]; then printf '%s' "$1"; else printf '0'; fi; }
say() { printf 'spotkeep: %s\n' "$1"; }

request() { curl -s --noproxy '*' -m 2 "$@"; }

# Fills NOTICE with the metadata's answer; non-zero when there is none or it cannot be told.
read_notice() {
  local code text
  if [[ -z $TOKEN ]]; then
    TOKEN=$(request -f -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "$IMDS/api/token") || TOKEN=''
    [[ $TOKEN =~ ^[A-Za-z0-9+/=_-]{1,200}$ ]] || { TOKEN=''; return 1; }
  fi
  text=$(request -w '\n%{http_code}' -H "X-aws-ec2-metadata-token: $TOKEN" "$IMDS/meta-data/spot/instance-action") || return 1
  code=${text##*$'\n'}
  text=${text%$'\n'*}
  case "$code" in
    200) NOTICE=${text:0:500} ;;
    401 | 403)
      TOKEN=''
      return 1
      ;;
    *) return 1 ;;
  esac
}

# The notice's time in epoch seconds; 200 with an unreadable text still is a notice.
notice_time() {
  local time=''
  if [[ $1 =~ \"time\"\ *:\ *\"([0-9T:.Z+-]{10,40})\" ]]; then time=$(date -u -d "${BASH_REMATCH[1]}" +%s) || time=''; fi
  if [[ -n $time ]]; then printf '%s' "$time"; else printf '%s' "$(($2 + NOTICE_SECONDS))"; fi
}

look_for_notice() {
  local at
  if [[ ! -e $RUN/spot-notice ]]; then
    read_notice || return 0
    at=$(notice_time "$NOTICE" "$EPOCHSECONDS")
    say "spot notice: $NOTICE"
    write_file "$RUN/spot-at" "$at"
    write_file "$RUN/spot-notice" "$(date -u -d "@$at" +%Y-%m-%dT%H:%M:%SZ)"
  fi
  if [[ ! -s $RUN/spot-at ]]; then write_file "$RUN/spot-at" "$((EPOCHSECONDS + NOTICE_SECONDS))"; fi
  at=$(number_or_zero "$(<"$RUN/spot-at")")
  if ((EPOCHSECONDS >= at - NOTICE_LEAD_SECONDS)) && [[ ! -e $RUN/drained ]]; then
    drain $((at - EPOCHSECONDS - 3))
  fi
}

drain() {
  local budget=$1
  if ((budget > NOTICE_LEAD_SECONDS - 5)); then budget=$((NOTICE_LEAD_SECONDS - 5)); fi
  if ((budget < 5)); then budget=5; fi
  say "stopping Docker, ${budget}s"
  write_file "$RUN/drained" "$EPOCHSECONDS"
  "$HERE/drain" "$budget" || say 'the stop was not complete'
}

look_at_grant() {
  local until=0 booted line=''
  booted=$(number_or_zero "$(<"$RUN/booted-at")")
  if [[ -e $STATE/grant ]]; then line=$(<"$STATE/grant"); fi
  if [[ $line =~ ^[0-9]{1,15}\ ([0-9]{1,11})$ ]]; then until=${BASH_REMATCH[1]}; fi
  if ((until > 0 ? EPOCHSECONDS < until : EPOCHSECONDS < booted + FIRST_GRANT_SECONDS)); then return 0; fi
  say "no grant beyond $until: powering off"
  drain 40
  systemctl poweroff
}

if [[ ! -s $RUN/booted-at ]]; then write_file "$RUN/booted-at" "$EPOCHSECONDS"; fi
while :; do
  look_for_notice
  look_at_grant
  sleep "$PERIOD_SECONDS"
done
