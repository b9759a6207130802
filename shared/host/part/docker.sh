# The engine, the storage driver and the architecture a volume asks for, and starting Docker on it.

ENGINE=''
read_engine() {
  local text
  text=$(dockerd --version) || die 'the engine does not tell its version'
  [[ $text =~ ([0-9]+\.[0-9]+(\.[0-9]+)?[A-Za-z0-9.+~-]*) ]] || die 'the version of the engine cannot be read'
  ENGINE=${BASH_REMATCH[1]}
}

observe_engine() {
  local had=${MARKER[engine]-unset}
  read_engine
  if [[ $had == unset ]]; then
    observe engine unset
  elif ((${ENGINE%%.*} < ${had%%.*})); then
    detail "the volume was written by Docker $had, here is $ENGINE"
    observe engine lower-major
  elif [[ $ENGINE == "$had" ]]; then
    observe engine same
  else
    observe engine newer
  fi
}

machine_architecture() {
  local machine
  machine=$(uname -m)
  if [[ $machine == aarch64 ]]; then machine=arm64; fi
  printf '%s' "$machine"
}

observe_architecture() {
  case "${MARKER[architecture]-unset}" in
    unset) observe architecture unset ;;
    "$(machine_architecture)") observe architecture same ;;
    *) observe architecture other ;;
  esac
}

# Storage drivers whose traces are in a data-root: their image databases.
drivers_in() {
  local path
  for path in "$1"/image/*/imagedb; do
    if [[ -d $path ]]; then
      path=${path%/imagedb}
      printf '%s\n' "${path##*/}"
    fi
  done
}

driver_usable() {
  case "$1" in
    overlay2 | overlayfs)
      grep -qw overlay /proc/filesystems || modprobe overlay
      grep -qw overlay /proc/filesystems
      ;;
    vfs) return 0 ;;
    btrfs) [[ $FOUND_TYPE == btrfs ]] ;;
    *) return 1 ;;
  esac
}

# The marker pins driver and image store. Before the journal is replayed only the marker counts; once the volume is
# mounted, the data of that driver must be there where containers are: else Docker would look empty.
observe_driver() {
  local had=${MARKER[driver]-unset} found='' containers=''
  if [[ -n $DEVICE_NUMBER && $(mounted_at "$DOCKER_ROOT") == "$DEVICE_NUMBER" ]]; then
    found=$(drivers_in "$DOCKER_ROOT")
    containers=$(find "$DOCKER_ROOT/containers" -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null)
  fi
  if [[ $had == unset ]]; then
    had=${found:-unset}
    if [[ $had == *$'\n'* ]]; then
      observe driver ambiguous
      return 0
    fi
  fi
  case "$had" in
    unset)
      observe driver unset
      if ! driver_usable overlay2; then observe driver missing; fi
      ;;
    aufs | overlay | devicemapper) observe driver dead ;;
    *)
      observe driver same
      if ! driver_usable "$had"; then
        observe driver missing
      elif [[ ${MARKER[store]-unset} == containerd ]]; then
        if [[ -n $containers && ! -d $DOCKER_ROOT/.spotkeep/containerd/io.containerd.snapshotter.v1.$had ]]; then
          observe driver gone
        fi
      elif [[ -n $found$containers && $'\n'$found$'\n' != *$'\n'"$had"$'\n'* ]]; then
        observe driver gone
      fi
      ;;
  esac
}

# Place, driver and store written out: an engine that would choose another store for a fresh data-root keeps to these,
# and an image whose own configuration names another data-root would write beside the volume.
# A configuration of the image's own is kept beside ours by the tool at hand.
effect_pin_driver() {
  local ours file=/etc/docker/daemon.json snapshotter=false
  if [[ ${MARKER[store]} == containerd ]]; then snapshotter=true; fi
  ours="{\"data-root\":\"$DOCKER_ROOT\",\"storage-driver\":\"${MARKER[driver]}\",\"live-restore\":false,\"features\":{\"containerd-snapshotter\":$snapshotter}}"
  mkdir -p "${file%/*}"
  if [[ -s $file && ! -e $STATE/daemon.json ]]; then cp "$file" "$STATE/daemon.json"; fi
  if [[ -s $STATE/daemon.json ]]; then
    if command -v jq >/dev/null; then
      ours=$(jq -c --argjson ours "$ours" '. * $ours' "$STATE/daemon.json")
    elif command -v python3 >/dev/null; then
      ours=$(python3 -c '
import json, sys
theirs, ours = json.load(open(sys.argv[1])), json.loads(sys.argv[2])
ours["features"] = {**theirs.get("features", {}), **ours["features"]}
print(json.dumps({**theirs, **ours}))' "$STATE/daemon.json" "$ours")
    else
      die "/etc/docker/daemon.json of the image cannot be merged: neither jq nor python3 is there"
    fi || die "/etc/docker/daemon.json of the image cannot be read"
  fi
  write_file "$file" "$ours" || die 'the driver cannot be pinned'
}

docker_answers() { curl -sf --noproxy '*' -m 2 -o /dev/null --unix-socket /run/docker.sock http://docker/_ping; }

# The boothook masked them by hand, so they are unmasked by hand: once a boot, a reload of systemd is slow.
unmask_units() {
  local unit changed=no
  for unit in "$@"; do
    if [[ -L /etc/systemd/system/$unit && $(readlink "/etc/systemd/system/$unit") == /dev/null ]]; then
      rm -f "/etc/systemd/system/$unit"
      changed=yes
    fi
  done
  if [[ $changed == yes ]]; then systemctl daemon-reload; fi
}

# containerd's root is bound from the volume first: whatever store an engine uses, it is on the volume.
effect_start_docker() {
  local deadline=$(($(now) + 120000)) pid
  mkdir -p "$DOCKER_ROOT/.spotkeep/containerd" "$CONTAINERD_ROOT"
  if [[ -z $(mounted_at "$CONTAINERD_ROOT") ]]; then
    mount --bind "$DOCKER_ROOT/.spotkeep/containerd" "$CONTAINERD_ROOT" || die "containerd's root cannot be bound"
  fi
  write_file "$RUN/expected" "$SSM_datasetId $SSM_volumeId $SSM_generation" || die 'the start cannot be prepared'
  unmask_units docker.service docker.socket containerd.service
  systemctl reset-failed docker.service docker.socket containerd.service 2>/dev/null
  observe dockerAnswer down
  # Docker tells systemd when it is ready: that is waited for from beside, so that a stop can come between.
  systemctl start docker.service 3>&- 8>&- 9>&- &
  pid=$!
  while process_runs "$pid"; do
    observe_overtaken
    if is overtaken yes || past "$deadline"; then return 0; fi
    sleep 0.1
  done
  if ! wait "$pid"; then
    detail "docker.service failed: $(systemctl show -p Result --value docker.service)"
    return 0
  fi
  while ! docker_answers; do
    if past "$deadline"; then return 0; fi
    sleep 0.2
  done
  observe dockerAnswer up
}

observe_dockerAnswer() { if docker_answers; then observe dockerAnswer up; else observe dockerAnswer down; fi; }
