# parts: answer state operation image mounts device file-system marker stop-docker docker binds
# Tells how things are and renews the grant. Changes nothing but the grant and a small file on the volume that
# proves it can be written. Every question has a limit, so a hung disk or daemon is told and not waited for.

# A probe begins no operation: it only carries the number of the operation that its grant belongs to.
save_answer() { :; }

observe_write() {
  observe write failed
  if [[ -d $DOCKER_ROOT/.spotkeep ]] &&
    timeout -k 1 10 dd if=/dev/zero of="$DOCKER_ROOT/.spotkeep/probe" bs=4096 count=1 conv=fsync,notrunc status=none; then
    observe write ok
  fi
}

CONTAINERS='' ANY_RUNNING=no ANY_STARTING=no ANY_BAD=no CONTAINER_COUNT=0
list_containers() {
  local name state status health
  while IFS=$'\t' read -r name state status; do
    if [[ -z $name ]]; then continue; fi
    case "$status" in
      *'(healthy)'*) health=healthy ;;
      *'(unhealthy)'*) health=unhealthy ANY_BAD=yes ;;
      *'(health: starting)'*) health=starting ANY_STARTING=yes ;;
      *) health=none ;;
    esac
    case "$state" in
      running) ANY_RUNNING=yes ;;
      restarting) ANY_BAD=yes ;;
    esac
    CONTAINER_COUNT=$((CONTAINER_COUNT + 1))
    if ((CONTAINER_COUNT <= 50)); then
      CONTAINERS+="${CONTAINERS:+,}{\"name\":$(json_string "$name"),\"state\":$(json_string "$state"),\"health\":\"$health\"}"
    fi
  done < <(timeout 15 docker ps -a --format '{{.Names}}{{"\t"}}{{.State}}{{"\t"}}{{.Status}}')
}

answers_http() { curl -sf --noproxy '*' -m 5 -o /dev/null "http://127.0.0.1:$SSM_healthPort$1"; }
answers_tcp() { timeout 3 bash -c 'exec 4<>"/dev/tcp/127.0.0.1/$1"' check "$SSM_healthPort"; }

observe_health() {
  local path=$SSM_healthPath
  if [[ $path == none ]]; then path=/; fi
  list_containers
  observe health healthy
  if ((CONTAINER_COUNT == 0)); then
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
      field mounted "{\"volumeId\":$(json_string "${MARKER[volume]}"),\"datasetId\":$(json_string "${MARKER[dataset]}"),\"generation\":${MARKER[generation]},\"migrationId\":$(json_string "${MARKER[migration]}")}"
    fi
    full=$(timeout 5 df --output=pcent "$DOCKER_ROOT" | tail -n 1)
    full=${full//[^0-9]/}
    if [[ -n $full ]]; then field fullPercent "$full"; fi
  fi
  if is dockerAnswer up; then
    field dockerUp true
    if ((CONTAINER_COUNT == 0)); then is health healthy || true; fi
    field containers "[$CONTAINERS]"
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
