# Stopping Docker's daemons for good: socket, Docker, containerd, within a time.

# Looked for many times in a stop, so without a single new process: forking is what costs.
# Fills FOUND with the pids of processes with one of the given names (as the kernel cuts them, 15 characters).
FOUND=''
find_processes() {
  local file name comm
  FOUND=''
  for file in /proc/[0-9]*/comm; do
    comm=''
    read -r comm <"$file"
    for name in "$@"; do
      if [[ $comm == "$name" ]]; then
        file=${file%/comm}
        FOUND+="${file##*/} "
      fi
    done
  done 2>/dev/null
}

observe_docker() {
  find_processes dockerd containerd
  if [[ -n $FOUND ]]; then observe docker running; else observe docker stopped; fi
}

# Wait until no such process is left. wait_gone DEADLINE NAME…
wait_gone() {
  local deadline=$1
  shift
  for (( ; ; )); do
    find_processes "$@"
    if [[ -z $FOUND ]]; then return 0; fi
    if past "$deadline"; then return 1; fi
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
  find_processes containerd-shim
  for shim in $FOUND; do
    id=$(tr '\0' '\n' <"/proc/$shim/cmdline" | grep -A1 -x -e '-id' | tail -n 1) 2>/dev/null
    for pid in /proc/[0-9]*; do
      stat=''
      read -r stat <"$pid/stat" || continue
      stat=${stat##*) }
      parent=${stat#* }
      if [[ ${parent%% *} == "$shim" ]] && kill -KILL "${pid##*/}"; then
        if [[ $id =~ ^[0-9a-f]{64}$ && $KILLED != *"$id"* ]]; then KILLED+="$id "; fi
      fi
    done 2>/dev/null
  done
}

killed_json() {
  local id list='' count=0
  for id in $KILLED; do
    count=$((count + 1))
    if ((count <= 50)); then list+="${list:+,}$(json_name "$(container_name "$id")")"; fi
  done
  printf '[%s]' "$list"
}

# Daemon and socket together (a socket left behind would wake the daemon), never `docker stop`: it would mark
# `unless-stopped` containers as stopped for ever. TERM returns at once; only a process that is gone is stopped.
effect_stop_docker() {
  local deadline=${STOP_DEADLINE:-$(($(now) + 30000))} patience
  patience=$((deadline - 12000))
  if ((patience < $(now) + 1000)); then patience=$(($(now) + 1000)); fi
  # From here on the units' own check refuses every start, whoever asks for it.
  rm -f "$RUN/expected"
  systemctl stop --no-block docker.socket docker.service
  if ! wait_gone "$patience" dockerd; then
    kill_containers
    if ! wait_gone $((patience + 4000)) dockerd; then systemctl kill -s KILL docker.service; fi
    wait_gone $((patience + 6000)) dockerd
  fi
  systemctl stop --no-block containerd.service
  if ! wait_gone $((patience + 8000)) containerd; then systemctl kill -s KILL containerd.service; fi
  # With live-restore, or after a daemon was killed, containers outlive it.
  kill_containers
  wait_gone $((patience + 9000)) containerd-shim || true
  unset 'OBSERVED[docker]'
}
