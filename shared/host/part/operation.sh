# The operation under way, the answers of those before it, the grant, and what may overtake a document.

LAST_NUMBER=0 LAST_ID='' LAST_STATE='' LAST_PROCESS=''
read_operation() {
  local line=''
  LAST_NUMBER=0 LAST_ID='' LAST_STATE='' LAST_PROCESS=''
  if [[ ! -e $STATE/operation ]]; then return 0; fi
  line=$(<"$STATE/operation")
  [[ $line =~ ^([0-9]{1,15})\ ([0-9A-Z]{26})\ (running|finished)\ ([0-9a-f:-]+)$ ]] ||
    die 'the record of the last operation cannot be read'
  LAST_NUMBER=${BASH_REMATCH[1]} LAST_ID=${BASH_REMATCH[2]}
  LAST_STATE=${BASH_REMATCH[3]} LAST_PROCESS=${BASH_REMATCH[4]}
}

# A process by boot, number and start time: a number alone may be another process by now.
process_name() {
  local stat
  stat=$(<"/proc/$1/stat") || return 1
  stat=${stat##*) }
  local -a parts
  read -r -a parts <<<"$stat"
  printf '%s:%s:%s' "$BOOT_ID" "$1" "${parts[19]}"
}

process_alive() {
  local pid=${1#*:}
  pid=${pid%:*}
  [[ -e /proc/$pid/stat && $(process_name "$pid" 2>/dev/null) == "$1" ]]
}

observe_operation() {
  read_operation
  if ((SSM_operationNumber > LAST_NUMBER)); then
    observe operation new
  elif [[ $SSM_operationNumber == "$LAST_NUMBER" && $SSM_operationId == "$LAST_ID" ]]; then
    if [[ $LAST_STATE == finished && -s $STATE/answer ]]; then
      observe operation same-finished
    elif process_alive "$LAST_PROCESS"; then
      observe operation same-running
    else
      observe operation same-cut
    fi
  else
    observe operation older
  fi
}

write_operation() {
  write_file "$STATE/operation" "$SSM_operationNumber $SSM_operationId $1 $(process_name "$$")" ||
    die 'the operation cannot be remembered'
}

# Two commands may pass the guard together: the second look, under a lock of its own, decides.
effect_begin() {
  exec 8>"$RUN/state.lock"
  flock -w 10 8 || die 'the record of operations is locked'
  unset 'OBSERVED[operation]'
  if ! is operation new; then
    exec 8>&-
    decide "$FIRST"
    ROWS="\"$ROW\""
    if [[ $ROW_ANSWER == saved-answer ]]; then repeat_answer; fi
    if [[ $ROW_ANSWER == continue ]]; then die 'the operation changed while it began'; fi
    finish
  fi
  rm -f "$STATE/answer"
  write_operation running
  BEGUN=yes
  exec 8>&-
}

BEGUN=no
# A later operation's record is never overwritten: an operation that was overtaken keeps no answer.
save_answer() {
  # Nor one that could not have the lock: repeated, it says that it was cut, and is asked for again.
  if [[ $BEGUN != yes || $ROW_ANSWER == busy ]]; then return 0; fi
  exec 8>"$RUN/state.lock"
  flock -w 10 8 || return 0
  read_operation
  if [[ $LAST_NUMBER == "$SSM_operationNumber" && $LAST_ID == "$SSM_operationId" ]]; then
    write_file "$STATE/answer" "$1" && write_operation finished
  fi
  exec 8>&-
}

repeat_answer() {
  local line
  line=$(<"$STATE/answer")
  [[ $line == \{*\} ]] || die 'the saved answer cannot be read'
  ANSWERED=yes
  printf '%s,"repeated":true,"repeatRow":"%s"}\n' "${line%\}}" "$ROW" >&3
  exit 0
}

observe_lock() { take_lock 6; }

observe_overtaken() {
  local request=0
  if [[ -e $RUN/stop-request ]]; then read -r request <"$RUN/stop-request"; fi
  if [[ ! $request =~ ^[0-9]{1,15}$ ]]; then request=0; fi
  if ((request > SSM_operationNumber)); then observe overtaken yes; else observe overtaken no; fi
}

GRANT_NUMBER=0 GRANT_UNTIL=0
read_grant() {
  local line=''
  GRANT_NUMBER=0 GRANT_UNTIL=0
  if [[ -e $STATE/grant ]]; then line=$(<"$STATE/grant"); fi
  if [[ $line =~ ^([0-9]{1,15})\ ([0-9]{1,11})$ ]]; then
    GRANT_NUMBER=${BASH_REMATCH[1]} GRANT_UNTIL=${BASH_REMATCH[2]}
  fi
}

observe_grant() {
  read_grant
  if ((SSM_operationNumber < GRANT_NUMBER)); then observe grant older; else observe grant accepted; fi
}

# The higher number wins. With the same number the later time does: a renewal that was overtaken shortens nothing.
effect_save_grant() {
  exec 8>"$RUN/state.lock"
  flock -w 10 8 || die 'the grant is locked'
  read_grant
  if ((SSM_operationNumber > GRANT_NUMBER)) ||
    ((SSM_operationNumber == GRANT_NUMBER && SSM_grantUntil > GRANT_UNTIL)); then
    write_file "$STATE/grant" "$SSM_operationNumber $SSM_grantUntil" || die 'the grant cannot be remembered'
  fi
  exec 8>&-
}

# The watcher writes the file; a look of our own, at most each 3 s, covers the time between its rounds.
LOOKED_AT=0
observe_spotNotice() {
  local token
  if [[ -e $RUN/spot-notice ]]; then
    observe spotNotice present
    return 0
  fi
  observe spotNotice none
  if ((EPOCHSECONDS < LOOKED_AT + 3)); then return 0; fi
  LOOKED_AT=$EPOCHSECONDS
  token=$(curl -sf --noproxy '*' -m 1 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$IMDS/api/token") || return 0
  if curl -sf --noproxy '*' -m 1 -o /dev/null -H "X-aws-ec2-metadata-token: $token" "$IMDS/meta-data/spot/instance-action"; then
    observe spotNotice present
  fi
}
