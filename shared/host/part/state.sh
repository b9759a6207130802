# What the host remembers: the last operation and its answer, the grant, a stop's request, the spot notice.
# On the root disk what must survive a reboot, in /run what must not.

STATE=/var/lib/spotkeep
RUN=/run/spotkeep
IMDS=http://169.254.169.254/latest
mkdir -p "$STATE" "$RUN"
chmod 700 "$STATE" "$RUN"

# Whole or not at all: synced before it takes the name.
write_file() {
  local path=$1 text=$2
  printf '%s\n' "$text" >"$path.new" && sync "$path.new" && mv -f "$path.new" "$path" && sync "${path%/*}"
}

# take_lock SECONDS: the lock of everything that touches Docker or the volume.
take_lock() {
  exec 9>"$RUN/work.lock"
  if flock -w "$1" 9; then observe lock free; else observe lock busy; fi
}

effect_ask_to_give_up() { write_file "$RUN/stop-request" "$SSM_operationNumber" || die 'the stop cannot be announced'; }

# Epoch milliseconds.
now() { printf '%s' "$((${EPOCHREALTIME/[.,]/} / 1000))"; }

# Whether that moment (epoch milliseconds) has come. Asked in loops: unlike `now` it starts no process.
past() { ((${EPOCHREALTIME/[.,]/} / 1000 >= $1)); }
