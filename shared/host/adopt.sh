# parts: answer state operation image host mounts device file-system unmount marker stop-docker docker
# Takes over a volume whose top is a Docker data-root and that has no marker yet. Looks first, read-only; writes the
# marker only when told to, for the file system whose UUID the operator confirmed.

CONTENT=foreign DRIVERS='' IMAGE_ARCHITECTURES='' CONTAINERS='' CONTAINER_COUNT=0 CONTAINERD_STORE=no ASIDE=no

look_inside() {
  local top=$1 path text
  if [[ -z $(find "$top" -mindepth 1 -maxdepth 1 ! -name lost+found -print -quit) ]]; then CONTENT=empty; fi
  if [[ -d $top/.spotkeep/aside && -d $top/volumes ]]; then
    CONTENT=data-root ASIDE=yes
    return 0
  fi
  if [[ -d $top/containers && -d $top/volumes && (-d $top/image || -f $top/engine-id) ]]; then CONTENT=data-root; fi
  for path in "$top"/image/*/imagedb; do
    if [[ -n $(find "$path/content" -type f -print -quit 2>/dev/null) ]]; then
      path=${path%/imagedb}
      DRIVERS+="${DRIVERS:+ }${path##*/}"
    fi
  done
  IMAGE_ARCHITECTURES=$(find "$top"/image/*/imagedb/content/sha256 -type f -exec grep -ohE '"architecture":"[a-z0-9]+"' {} + 2>/dev/null | sort -u)
  for path in "$top"/containers/*/config.v2.json; do
    if [[ ! -f $path ]]; then continue; fi
    text=$(head -c 65536 "$path")
    if [[ $text == *'"Driver":"overlayfs"'* ]]; then CONTAINERD_STORE=yes; fi
    CONTAINER_COUNT=$((CONTAINER_COUNT + 1))
    if ((CONTAINER_COUNT <= 50)) && [[ $text =~ \"Name\":\"/([A-Za-z0-9_.-]+)\" ]]; then
      CONTAINERS+="${CONTAINERS:+,}{\"name\":$(json_name "${BASH_REMATCH[1]}"),\"state\":\"\",\"health\":\"\"}"
    fi
  done
}

observe_content() {
  is marker equal || true
  observe content "$CONTENT"
}

observe_architecture() {
  local ours
  case "$(machine_architecture)" in
    x86_64) ours=amd64 ;;
    *) ours=arm64 ;;
  esac
  if [[ -z $IMAGE_ARCHITECTURES ]]; then
    observe architecture unset
  elif [[ $IMAGE_ARCHITECTURES == *"\"$ours\""* ]]; then
    observe architecture same
  else
    observe architecture other
  fi
}

observe_driver() {
  if [[ $ASIDE == yes ]]; then
    observe driver dead
  elif [[ $DRIVERS == *' '* ]]; then
    observe driver ambiguous
  elif [[ -z $DRIVERS && $CONTAINERD_STORE == yes ]]; then
    # Images and layers of such an engine are in containerd's own root, which is not on this volume.
    detail "the images of this data-root are in containerd's store, which is not on the volume"
    observe driver gone
  else
    case "$DRIVERS" in
      '') observe driver unset ;;
      aufs | overlay | devicemapper) observe driver dead ;;
      *) if driver_usable "$DRIVERS"; then observe driver same; else observe driver missing; fi ;;
    esac
  fi
}

observe_adoptMode() { observe adoptMode "$SSM_adoptMode"; }
observe_deadDriver() { observe deadDriver "$SSM_deadDriver"; }

open_volume() {
  mkdir -p "$PEEK"
  mount -t "$FOUND_TYPE" "$DEVICE" "$PEEK" || die 'the volume cannot be mounted'
}
close_volume() { umount "$PEEK" || die 'the volume cannot be unmounted'; }

# Names are kept: a cut in between is taken up where it was left.
effect_move_aside() {
  local path
  if ! is fsck clean repaired; then return 0; fi
  open_volume
  mkdir -p "$PEEK/.spotkeep/aside" || die 'the old data-root cannot be moved aside'
  for path in "$PEEK"/* "$PEEK"/.[!.]*; do
    case "${path##*/}" in
      volumes | lost+found | .spotkeep | '*' | '.[!.]*') continue ;;
    esac
    mv -n "$path" "$PEEK/.spotkeep/aside/" || die 'the old data-root cannot be moved aside'
  done
  close_volume
}

effect_write_marker() {
  if ! is fsck clean repaired; then return 0; fi
  new_marker
  if is driver same; then
    MARKER[driver]=$DRIVERS MARKER[store]=graph
    if is architecture same; then MARKER[architecture]=$(machine_architecture); fi
  fi
  if ((CONTAINER_COUNT > 0)); then MARKER[setup]=adopted; fi
  open_volume
  save_marker "$PEEK" || die 'the marker cannot be written'
  close_volume
}

closing_fields() {
  if [[ -n $FOUND_UUID ]]; then field_text fsUuid "$FOUND_UUID"; fi
  if [[ $CONTENT == data-root ]]; then
    field_text driver "${DRIVERS:-unset}"
    field_text architecture "$(tr -d '"' <<<"${IMAGE_ARCHITECTURES//\"architecture\":/}" | tr '\n' ' ' | sed 's/ *$//')"
    field containers "[$CONTAINERS]"
  fi
}
