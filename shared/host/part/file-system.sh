# The volume's file system. Until the marker is accepted the device is set read-only and nothing is replayed, so a
# refusal leaves every byte as it was.

PEEK=$RUN/peek
FOUND_TYPE='' FOUND_UUID=''

observe_fs() {
  local out status key value
  FOUND_TYPE='' FOUND_UUID=''
  out=$(blkid -p -o export "$DEVICE")
  status=$?
  if [[ $status != 0 && $status != 2 ]]; then
    observe fs other
    return 0
  fi
  while IFS='=' read -r key value; do
    case "$key" in
      TYPE) FOUND_TYPE=$value ;;
      UUID) FOUND_UUID=$value ;;
      PTTYPE) FOUND_TYPE=partitions ;;
    esac
  done <<<"$out"
  if [[ -n $FOUND_TYPE ]]; then field_text fileSystem "$FOUND_TYPE"; fi
  if [[ -z $FOUND_TYPE ]]; then
    if [[ -n $(wipefs -n "$DEVICE" 2>&1) ]]; then observe fs other; else observe fs none; fi
  elif [[ $FOUND_TYPE == "$SSM_fileSystem" ]]; then
    observe fs "$FOUND_TYPE"
  else
    observe fs other
  fi
}

observe_fsUuid() {
  is fs none || true
  if [[ -z $FOUND_UUID ]]; then
    observe fsUuid none
  elif [[ $FOUND_UUID == "$SSM_fsUuid" ]]; then
    observe fsUuid equal
  else
    observe fsUuid other
  fi
}

# Mounts read-only without touching the journal. The device itself is read-only meanwhile: not even a defect of the
# kernel's promise could write.
peek() {
  local options
  mkdir -p "$PEEK"
  case "$FOUND_TYPE" in
    ext4) options=ro,noload ;;
    xfs) options=ro,norecovery,nouuid ;;
    *) return 1 ;;
  esac
  blockdev --setro "$DEVICE" || return 1
  mount -t "$FOUND_TYPE" -o "$options" "$DEVICE" "$PEEK"
}

unpeek() {
  local try
  for try in 1 2 3 4 5; do
    if [[ -z $(mounted_at "$PEEK") ]]; then break; fi
    umount "$PEEK" || sleep "0.$try"
  done
  if [[ -z $(mounted_at "$PEEK") ]]; then blockdev --setrw "$DEVICE"; else die 'the look at the volume cannot be ended'; fi
}

effect_check_file_system() {
  local status out
  if is mountPoint mounted-here; then
    observe fsck clean
    return 0
  fi
  blockdev --setrw "$DEVICE" || die 'the device stays read-only'
  if [[ $FOUND_TYPE == xfs ]]; then
    # XFS replays its log when mounted; xfs_repair would throw a log away, so the mount is the check.
    observe fsck clean
    return 0
  fi
  out=$(e2fsck -p "$DEVICE")
  status=$?
  printf '%s\n' "$out"
  if [[ $out == *'recovering journal'* ]]; then field journalReplayed true; fi
  if ((status >= 4)); then
    detail "e2fsck -p answered $status"
    observe fsck failed
  elif ((status > 0)); then
    observe fsck repaired
  else
    observe fsck clean
  fi
}

effect_mount() {
  if is mountPoint mounted-here || ! is fsck clean repaired; then return 0; fi
  # Remembered first: a stop must know the mount of a start that was cut here.
  write_file "$RUN/mounted" "$SSM_volumeId $DEVICE_NUMBER" || die 'the mount cannot be remembered'
  if ! mount -t "$FOUND_TYPE" -o noatime "$DEVICE" "$DOCKER_ROOT"; then
    detail 'the file system cannot be mounted'
    observe fsck failed
    return 0
  fi
  OURS=yes
  observe mountPoint mounted-here
  unset 'OBSERVED[driver]'
  read_marker "$DOCKER_ROOT"
  compare_marker
}

# Grows to the device. Online, idempotent, never shrinks.
effect_grow() {
  local before after
  before=$(stat -f -c '%b' "$DOCKER_ROOT")
  if [[ $FOUND_TYPE == xfs ]]; then xfs_growfs "$DOCKER_ROOT"; else resize2fs "$DEVICE"; fi || detail 'the file system could not be grown'
  after=$(stat -f -c '%b' "$DOCKER_ROOT")
  if ((after > before)); then field grown true; fi
}

# Only what this operation did itself is undone: a service that ran before goes on.
OURS=no
effect_undo() {
  if [[ $OURS != yes ]]; then return 0; fi
  effect_stop_docker
  effect_unmount
}

# The script ended on the way: the look at the volume is ended; a mounted volume stays (a later command sees it).
clean_up() {
  if [[ -n $DEVICE && -n $(mounted_at "$PEEK") ]]; then unpeek; fi
  if [[ -n $DEVICE && -b $DEVICE && $(blockdev --getro "$DEVICE") == 1 ]]; then blockdev --setrw "$DEVICE"; fi
}
