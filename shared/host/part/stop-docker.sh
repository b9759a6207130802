# Stopping Docker's daemons for good: socket, Docker, containerd, within a time.

# Docker's daemons: stopping them for good, starting them on the volume, and what kind of data-root they meet.

# Pids of processes with one of the given names (as the kernel cuts them, 15 characters).
processes() {
  local file name comm
  for file in /proc/[0-9]*/comm; do
    comm=$(<"$file") || continue
    for name in "$@"; do
      if [[ $comm == "$name" ]]; then
        file=${file%/comm}
        printf '%s\n' "${file##*/}"
      fi
    done
  done 2>/dev/null
}

observe_docker() {
  if [[ -n $(processes dockerd containerd) ]]; then observe docker running; else observe docker stopped; fi
}

# Wait until no such process is left. wait_gone DEADLINE NAME…
wait_gone() {
  local deadline=$1
  shift
  while [[ -n $(processes "$@") ]]; do
    if (($(now) >= deadline)); then return 1; fi
    sleep 0.1
  done
}

# A container's name by its id, from the data-root: the daemon may be gone already.
container_name() {
  local text=''
  text=$(head -c 65536 "$DOCKER_ROOT/containers/$1/config.v2.json" 2>/dev/null)
  if [[ $text =~ \"Name\":\"/([A-Za-z0-9_.-]+)\" ]]; then printf '%s' "${BASH_REMATCH[1]}"; else printf '%s' "${1:0:12}"; fi
}

# Kills what runs inside the containers (children of their shims) and names the containers. The daemon then sees
# them end as if by themselves, so restart policies bring every one of them back.
KILLED=''
kill_containers() {
  local shim pid stat parent id
  for shim in $(processes containerd-shim); do
    id=$(tr '\0' '\n' <"/proc/$shim/cmdline" | grep -A1 -x -e '-id' | tail -n 1) 2>/dev/null
    for pid in /proc/[0-9]*; do
      stat=$(<"$pid/stat") || continue
      stat=${stat##*) }
      parent=${stat#* }
      if [[ ${parent%% *} == "$shim" ]] && kill -KILL "${pid##*/}"; then
        if [[ $id =~ ^[0-9a-f]{64}$ && $KILLED != *"$id"* ]]; then KILLED+="$id "; fi
      fi
    done 2>/dev/null
  done
}

killed_json() {
  local id list=''
  for id in $KILLED; do list+="${list:+,}$(json_string "$(container_name "$id")")"; done
  printf '[%s]' "$list"
}

# Masked by hand: quicker than systemctl, which reloads for every call. A unit file of the image's own in /etc is
# left to the assertions of its drop-in.
mask_units() {
  local unit changed=no
  for unit in "$@"; do
    if [[ ! -e /etc/systemd/system/$unit && ! -L /etc/systemd/system/$unit ]]; then
      ln -s /dev/null "/etc/systemd/system/$unit"
      changed=yes
    fi
  done
  if [[ $changed == yes ]]; then systemctl daemon-reload; fi
}

unmask_units() {
  local unit
  for unit in "$@"; do
    if [[ -L /etc/systemd/system/$unit && $(readlink "/etc/systemd/system/$unit") == /dev/null ]]; then
      rm -f "/etc/systemd/system/$unit"
    fi
  done
  systemctl daemon-reload
}

# Daemon and socket together (a socket left behind would wake the daemon), never `docker stop`: it would mark
# `unless-stopped` containers as stopped for ever. TERM returns at once; only a process that is gone is stopped.
effect_stop_docker() {
  local deadline=${STOP_DEADLINE:-$(($(now) + 30000))} patience
  patience=$((deadline - 12000))
  if ((patience < $(now) + 1000)); then patience=$(($(now) + 1000)); fi
  mask_units docker.service docker.socket
  systemctl stop --no-block docker.socket docker.service
  if ! wait_gone "$patience" dockerd; then
    kill_containers
    if ! wait_gone $((patience + 4000)) dockerd; then systemctl kill -s KILL docker.service; fi
    wait_gone $((patience + 6000)) dockerd
  fi
  mask_units containerd.service
  systemctl stop --no-block containerd.service
  if ! wait_gone $((patience + 8000)) containerd; then systemctl kill -s KILL containerd.service; fi
  # With live-restore, or after a daemon was killed, containers outlive it.
  kill_containers
  wait_gone $((patience + 9000)) containerd-shim || true
  unset 'OBSERVED[docker]'
}
