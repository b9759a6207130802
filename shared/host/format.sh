# parts: answer state operation image host mounts device file-system unmount marker stop-docker docker
# Makes the file system of a new volume: only on one that reads as blank, only with the record's UUID. Repeated after
# a loss of its answer it recognises its own work. It never runs in a recovery.

CONTENT=''
look_inside() { CONTENT=$(find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit); }
observe_content() {
  is marker equal || true
  if [[ -z $CONTENT ]]; then observe content empty; else observe content foreign; fi
}

# A file system with our UUID: is it whole? Looked at without writing.
observe_fsck() {
  observe fsck clean
  blockdev --setro "$DEVICE"
  case "$FOUND_TYPE" in
    ext4) e2fsck -n -f "$DEVICE" || observe fsck failed ;;
    xfs) xfs_repair -n "$DEVICE" || observe fsck failed ;;
    *) observe fsck failed ;;
  esac
  blockdev --setrw "$DEVICE"
}

FORMAT=already
effect_mkfs() {
  local status=0
  FORMAT=formatted
  FOUND_TYPE=$SSM_fileSystem FOUND_UUID=$SSM_fsUuid
  case "$SSM_fileSystem" in
    ext4) mkfs.ext4 -q -m 1 -E nodiscard -U "$SSM_fsUuid" "$DEVICE" </dev/null || status=$? ;;
    xfs) mkfs.xfs -q -K -m "uuid=$SSM_fsUuid" "$DEVICE" </dev/null || status=$? ;;
  esac
  if [[ $status == 0 ]]; then observe mkfs 'done'; else observe mkfs failed; fi
}

observe_mkfs() { observe mkfs 'done'; }

effect_write_marker() {
  if ! is mkfs 'done'; then return 0; fi
  new_marker
  mkdir -p "$PEEK"
  if ! mount -t "$FOUND_TYPE" "$DEVICE" "$PEEK" || ! save_marker "$PEEK" || ! umount "$PEEK"; then
    detail 'the marker cannot be written'
    observe mkfs failed
  fi
}

closing_fields() {
  if [[ $ROW_OK == true ]]; then
    field_text format "$FORMAT"
    field_text fsUuid "$SSM_fsUuid"
  fi
}
