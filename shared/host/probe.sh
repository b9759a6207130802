# parts: answer state operation image mounts device file-system marker stop-docker docker binds
# Tells how things are and renews the grant. Changes nothing but the grant and a small file on the volume that
# proves it can be written. Every question has a limit, so a hung disk or daemon is reported and not waited for.

# A probe begins no operation: it only carries the number of the operation that its grant belongs to.
save_answer() { :; }

observe_write() {
  observe write failed
  if [[ -d $DOCKER_ROOT/.spotkeep ]] &&
    timeout -k 1 10 dd if=/dev/zero of="$DOCKER_ROOT/.spotkeep/probe" bs=4096 count=1 conv=fsync,notrunc status=none; then
    observe write ok
  fi
}

CONTAINERS='' UNHEALTHY='' UNHEALTHY_COUNT=0
ANY_RUNNING=no ANY_STARTING=no ANY_BAD=no CONTAINER_COUNT=0 BY_HAND_COUNT=0

# add_unhealthy NAME STATE HEALTH: a container that an operator should look at.
add_unhealthy() {
  ANY_BAD=yes
  UNHEALTHY_COUNT=$((UNHEALTHY_COUNT + 1))
  if ((UNHEALTHY_COUNT <= 10)); then
    UNHEALTHY+="${UNHEALTHY:+,}{\"name\":$(json_name "$1"),\"state\":$(json_name "$2"),\"health\":\"$3\"}"
  fi
}

# `docker stop` and `docker kill` set it and a start clears it. Docker keeps it in the container's own file and shows it
# in no command (moby: container.HasBeenManuallyStopped).
stopped_by_hand() {
  timeout 5 grep -qsF '"HasBeenManuallyStopped":true' "$DOCKER_ROOT/containers/$1/config.v2.json"
}

# Containers that do not run (their ids): one whose policy has it run always is unhealthy unless it was stopped by hand.
# After a change of host such a container may find its address taken; Docker does not try again (moby#39559).
# The policy has a word before it: read would drop an empty first field.
judge_down() {
  local policy state id name idle=()
  if (($# == 0)); then return 0; fi
  while IFS=$'\t' read -r policy state id name; do
    case "$state" in exited | created | dead | paused) ;; *) continue ;; esac
    policy=${policy#policy=} name=${name#/}
    if stopped_by_hand "$id"; then
      BY_HAND_COUNT=$((BY_HAND_COUNT + 1))
      continue
    fi
    case "$policy" in
      '' | no | on-failure) idle+=("${name:-$id}" "$state") ;;
      # Any other: a policy of a later Docker has it run, too.
      *) add_unhealthy "${name:-$policy}" "$state" none ;;
    esac
  done < <(timeout 20 docker inspect -f \
    'policy={{.HostConfig.RestartPolicy.Name}}{{"\t"}}{{.State.Status}}{{"\t"}}{{.Id}}{{"\t"}}{{.Name}}' "$@")
  if [[ $ANY_RUNNING == yes ]]; then return 0; fi
  # Nothing runs: jobs that are over are named as well.
  set -- "${idle[@]}"
  while (($# > 0)); do
    add_unhealthy "$1" "$2" none
    shift 2
  done
}

list_containers() {
  local name state status id health down=()
  while IFS=$'\t' read -r name state status id; do
    if [[ -z $name ]]; then continue; fi
    case "$status" in
      *'(healthy)'*) health=healthy ;;
      *'(unhealthy)'*) health=unhealthy ;;
      *'(health: starting)'*) health=starting ANY_STARTING=yes ;;
      *) health=none ;;
    esac
    case "$state" in
      running) ANY_RUNNING=yes ;;
      exited | created | dead | paused) down+=("${id:-$name}") ;;
    esac
    if [[ $health == unhealthy || $state == restarting ]]; then add_unhealthy "$name" "$state" "$health"; fi
    CONTAINER_COUNT=$((CONTAINER_COUNT + 1))
    if ((CONTAINER_COUNT <= 50)); then
      CONTAINERS+="${CONTAINERS:+,}{\"name\":$(json_name "$name"),\"state\":$(json_name "$state"),\"health\":\"$health\"}"
    fi
  done < <(timeout 15 docker ps -a --no-trunc --format '{{.Names}}{{"\t"}}{{.State}}{{"\t"}}{{.Status}}{{"\t"}}{{.ID}}')
  judge_down "${down[@]}"
}

answers_http() { curl -sf --noproxy '*' -m 5 -o /dev/null "http://127.0.0.1:$SSM_healthPort$1"; }
answers_tcp() { timeout 3 bash -c 'exec 4<>"/dev/tcp/127.0.0.1/$1"' check "$SSM_healthPort"; }

observe_health() {
  local path=$SSM_healthPath
  if [[ $path == none ]]; then path=/; fi
  list_containers
  observe health healthy
  if ((CONTAINER_COUNT == BY_HAND_COUNT)); then
    observe health unknown
  elif [[ $SSM_healthKind == http ]]; then
    answers_http "$path" || observe health unhealthy
  elif [[ $SSM_healthKind == tcp ]]; then
    answers_tcp || observe health unhealthy
  elif [[ $ANY_BAD == yes || $ANY_RUNNING == no ]]; then
    observe health unhealthy
  elif [[ $ANY_STARTING == yes ]]; then
    observe health starting
  fi
}

closing_fields() {
  local full notice=''
  if is parameters invalid; then return 0; fi
  if is mountPoint mounted-here; then
    is marker equal || true
    if [[ $MARKER_FOUND == readable ]]; then
      field mounted "{\"volumeId\":$(json_name "${MARKER[volume]}"),\"datasetId\":$(json_name "${MARKER[dataset]}"),\"generation\":${MARKER[generation]},\"migrationId\":$(json_name "${MARKER[migration]}")}"
    fi
    full=$(timeout 5 df --output=pcent "$DOCKER_ROOT" | tail -n 1)
    full=${full//[^0-9]/}
    if [[ -n $full ]]; then field fullPercent "$full"; fi
  fi
  if is dockerAnswer up; then
    field dockerUp true
    if ((CONTAINER_COUNT == 0)); then is health healthy || true; fi
    field containers "[$CONTAINERS]"
    field unhealthy "[$UNHEALTHY]"
    field_text health "${OBSERVED[health]}"
    field_text engine "$(timeout 10 dockerd --version | sed -nE 's/^Docker version ([^, ]+).*/\1/p')"
    is unkeptBinds none || true
  else
    field dockerUp false
  fi
  read_grant
  field grant "{\"number\":$GRANT_NUMBER,\"until\":$GRANT_UNTIL}"
  read_operation
  field lastOperation "{\"number\":$LAST_NUMBER,\"id\":\"$LAST_ID\"}"
  if is spotNotice present; then
    notice=unknown
    if [[ -s $RUN/spot-notice ]]; then notice=$(<"$RUN/spot-notice"); fi
  fi
  field_text spotNotice "$notice"
}
