# The answer: one JSON line on standard output, whatever happens. Everything else goes to standard error.
# Observations are taken when a row first asks for them (observe_NAME), so nothing is touched for a decision that
# an earlier row has already made.

# Only the answer goes to the caller's standard output (3 from here on).
exec 3>&1 1>&2

declare -A OBSERVED=()
BEGAN_AT=${EPOCHREALTIME/[.,]/}
BOOT_ID=$(</proc/sys/kernel/random/boot_id)
ANSWERED=no
FIELDS=''
DID=''
DETAIL=''
ROW='' ROW_ANSWER='' ROW_OK='' ROW_REMEDY='' ROW_HOLD='' ROW_EFFECTS='' ROW_SAY=''
ROWS=''
FIRST_STAGE=yes

json_string() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  text=${text//$'\n'/\\n}
  text=${text//$'\t'/\\t}
  text=${text//[[:cntrl:]]/ }
  printf '"%s"' "$text"
}

# Names and paths are the user's and of any length; an answer is not (answer.ts). Well below its bounds.
json_name() { json_string "${1:0:64}"; }
json_path() { json_string "${1:0:128}"; }

field() { FIELDS+=",\"$1\":$2"; }
field_text() { field "$1" "$(json_name "$2")"; }
detail() { DETAIL+="${DETAIL:+; }$1"; }

number_or_zero() { if [[ ${1-} =~ ^[0-9]{1,15}$ ]]; then printf '%s' "$1"; else printf '0'; fi; }

answer_line() {
  local number id
  number=$(number_or_zero "${SSM_operationNumber-}")
  id=${SSM_operationId-}
  [[ $id =~ ^[0-9A-Z]{26}$ ]] || id=''
  printf '{"ok":%s,"code":"%s","operation":{"number":%s,"id":"%s"},"bootId":"%s","document":"%s"' \
    "$1" "$2" "$number" "$id" "$BOOT_ID" "$DOCUMENT"
  if [[ -n $ROW ]]; then printf ',"row":"%s","say":%s' "$ROW" "$(json_string "$ROW_SAY")"; fi
  if [[ $ROW_HOLD == true ]]; then printf ',"hold":true'; fi
  if [[ -n $ROW_REMEDY ]]; then printf ',"remedy":"%s"' "$ROW_REMEDY"; fi
  printf ',"rows":[%s],"observed":{%s},"did":[%s],"tookMs":%s' "$ROWS" "$(observed_json)" "$DID" "$(((${EPOCHREALTIME/[.,]/} - BEGAN_AT) / 1000))"
  if [[ -n $DETAIL ]]; then printf ',"detail":%s' "$(json_string "${DETAIL:0:2000}")"; fi
  printf '%s}\n' "$FIELDS"
}

# An unexpected exit is an answer too: the operation stays begun, so a repeat says `unfinished`.
on_exit() {
  local status=$?
  trap '' TERM INT HUP
  if [[ $ANSWERED == no ]]; then
    ANSWERED=yes
    ROW='' ROW_HOLD='' ROW_REMEDY=''
    detail "ended unexpectedly with status $status"
    if declare -F clean_up >/dev/null; then clean_up; fi
    answer_line false internal >&3
  fi
}
trap on_exit EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP

die() {
  detail "$1"
  exit 70
}

observe() { OBSERVED[$1]=$2; }

# is NAME VALUE…: whether the observation has one of the values; taken now if it was not before.
is() {
  local name=$1 value
  shift
  if [[ -z ${OBSERVED[$name]-} ]]; then "observe_$name"; fi
  if [[ -z ${OBSERVED[$name]-} ]]; then die "observation $name was not taken"; fi
  for value in "$@"; do
    if [[ ${OBSERVED[$name]} == "$value" ]]; then return 0; fi
  done
  return 1
}

observed_json() {
  local name list=''
  for name in "${!OBSERVED[@]}"; do list+="${list:+,}\"$name\":\"${OBSERVED[$name]}\""; done
  printf '%s' "$list"
}

row() { ROW=$1 ROW_ANSWER=$2 ROW_OK=$3 ROW_REMEDY=$4 ROW_HOLD=$5 ROW_EFFECTS=$6 ROW_SAY=$7; }

run_effects() {
  local effect effects=$ROW_EFFECTS
  for effect in $effects; do
    "effect_${effect//-/_}"
    DID+="${DID:+,}\"$effect\""
  done
}

# The answer of a row: kept for a repeat of the same operation, then given.
finish() {
  local line
  if declare -F clean_up >/dev/null; then clean_up; fi
  if declare -F closing_fields >/dev/null; then closing_fields; fi
  line=$(answer_line "$ROW_OK" "$ROW_ANSWER")
  if declare -F save_answer >/dev/null; then save_answer "$line"; fi
  ANSWERED=yes
  printf '%s\n' "$line" >&3
  exit 0
}

decide_and_act() {
  ROW=''
  decide "$1"
  if [[ -z $ROW ]]; then die "stage $1 has no row that fits"; fi
  ROWS+="${ROWS:+,}\"$ROW\""
  run_effects
  if [[ $ROW_ANSWER == saved-answer ]]; then repeat_answer; fi
  if [[ $ROW_ANSWER != continue ]]; then finish; fi
}

# stage NAME: before every stage but the first the stage between is asked, with fresh observations.
stage() {
  if [[ $FIRST_STAGE == no && -n $BETWEEN ]]; then
    unset 'OBSERVED[overtaken]' 'OBSERVED[spotNotice]'
    decide_and_act "$BETWEEN"
  fi
  FIRST_STAGE=no
  decide_and_act "$1"
}
