# The volume's own record of what it is, at .spotkeep/marker in its top: the last line against mounting the wrong
# volume or a stale copy. Plain lines, every one checked; a marker that is not whole is unreadable, never absent.

MARKER_KEYS='dataset volume generation migration fsUuid driver store engine architecture setup started'
declare -A MARKER=()
MARKER_FOUND=absent

# read_marker TOP: fills MARKER; MARKER_FOUND becomes absent, unreadable or readable.
read_marker() {
  local file=$1/.spotkeep/marker line key text
  local -a lines=()
  MARKER=()
  MARKER_FOUND=absent
  if [[ ! -e $file && ! -L $file ]]; then
    # A directory that cannot be listed is not an absent marker.
    if ! ls -A "$1" >/dev/null || { [[ -e $1/.spotkeep ]] && ! ls -A "$1/.spotkeep" >/dev/null; }; then
      MARKER_FOUND=unreadable
    fi
    return 0
  fi
  MARKER_FOUND=unreadable
  if [[ -L $file || ! -f $file ]]; then return 0; fi
  text=$(head -c 4096 "$file" | tr -d '\0') || return 0
  mapfile -t lines <<<"$text"
  if [[ ${lines[0]} != 'spotkeep-marker 1' || ${lines[-1]} != 'end' ]]; then return 0; fi
  for line in "${lines[@]:1:${#lines[@]}-2}"; do
    if [[ ! $line =~ ^([A-Za-z]+)=([A-Za-z0-9.+~_-]+)$ ]]; then return 0; fi
    MARKER[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
  done
  for key in $MARKER_KEYS; do
    if [[ -z ${MARKER[$key]-} ]]; then return 0; fi
  done
  if [[ ! ${MARKER[generation]} =~ ^[1-9][0-9]{0,8}$ ]]; then return 0; fi
  MARKER_FOUND=readable
}

compare_marker() {
  local generation=${MARKER[generation]-0} parent=${SSM_parentGeneration-none}
  if [[ $MARKER_FOUND != readable ]]; then
    observe marker "$MARKER_FOUND"
  elif [[ ${MARKER[dataset]} != "$SSM_datasetId" ]]; then
    observe marker other-dataset
  elif ((generation > SSM_generation)); then
    observe marker newer
  elif ((generation < SSM_generation)); then
    # A copy carries its parent's marker; the very volume the marker names is no copy.
    if [[ $generation == "$parent" && ${MARKER[volume]} != "$SSM_volumeId" ]]; then
      observe marker parent-first-mount
    else
      observe marker older
    fi
  elif [[ ${MARKER[volume]} != "$SSM_volumeId" ]]; then
    observe marker other-volume
  elif [[ $SSM_migrationId != none && ${MARKER[migration]} != "$SSM_migrationId" ]]; then
    observe marker other-migration
  else
    observe marker equal
  fi
}

observe_marker() {
  if is mountPoint mounted-here; then
    read_marker "$DOCKER_ROOT"
    compare_marker
    return 0
  fi
  if peek; then
    read_marker "$PEEK"
    if declare -F look_inside >/dev/null; then look_inside "$PEEK"; fi
  else
    MARKER_FOUND=unreadable
  fi
  unpeek
  compare_marker
}

# save_marker TOP: written whole, synced, and pushed out of the journal, so that a look without replay sees it.
save_marker() {
  local key text='spotkeep-marker 1'
  for key in $MARKER_KEYS; do text+=$'\n'"$key=${MARKER[$key]}"; done
  # A volume that is full takes no new file: what is there already is not written again.
  if [[ ! -f $1/.spotkeep/marker || $(<"$1/.spotkeep/marker") != "$text"$'\n''end' ]]; then
    mkdir -p "$1/.spotkeep" && chmod 700 "$1/.spotkeep" || return 1
    write_file "$1/.spotkeep/marker" "$text"$'\n''end' || return 1
  fi
  sync -f "$1" && fsfreeze -f "$1" && fsfreeze -u "$1"
}

new_marker() {
  MARKER=(
    [dataset]=$SSM_datasetId [volume]=$SSM_volumeId [generation]=$SSM_generation [migration]=$SSM_migrationId
    [fsUuid]=$FOUND_UUID [driver]=unset [store]=unset [engine]=unset [architecture]=unset [setup]=none [started]=no
  )
}
