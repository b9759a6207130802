# Data that would be lost with the instance: writable binds of containers, and volumes that are binds in disguise,
# whose source is not on the data volume.

UNKEPT='' UNKEPT_COUNT=0

add_unkept() {
  local source
  source=$(readlink -m -- "$2")
  case "$source" in
    "$DOCKER_ROOT" | "$DOCKER_ROOT"/* | "$CONTAINERD_ROOT"/* | /dev | /dev/* | /proc | /proc/* | /sys | /sys/*) return 0 ;;
  esac
  if [[ -S $source ]]; then return 0; fi
  UNKEPT_COUNT=$((UNKEPT_COUNT + 1))
  if ((UNKEPT_COUNT <= 20)); then
    UNKEPT+="${UNKEPT:+,}{\"container\":$(json_name "$1"),\"source\":$(json_path "$2"),\"target\":$(json_path "$3")}"
  fi
}

# On a host without a directory of that name Docker's own directory is what containers write into: those stay.
list_unkept() {
  local ids name source target
  ids=$(timeout 20 docker ps -aq) || return 1
  if [[ -n $ids ]]; then
    while IFS=$'\t' read -r name source target; do
      if [[ -n $source ]]; then add_unkept "${name#/}" "$source" "$target"; fi
    done < <(timeout 20 xargs docker inspect -f \
      '{{$name := .Name}}{{range .Mounts}}{{if and .RW (eq .Type "bind")}}{{$name}}{{"\t"}}{{.Source}}{{"\t"}}{{.Destination}}{{"\n"}}{{end}}{{end}}' \
      <<<"$ids")
  fi
  ids=$(timeout 20 docker volume ls -q -f driver=local) || return 1
  if [[ -n $ids ]]; then
    while IFS=$'\t' read -r name source target; do
      if [[ $source == /* && ",$target," == *,*bind,* ]]; then add_unkept '' "$source" "volume $name"; fi
    done < <(timeout 20 xargs docker volume inspect -f \
      '{{.Name}}{{"\t"}}{{with .Options}}{{.device}}{{"\t"}}{{.o}}{{end}}' <<<"$ids")
  fi
}

observe_unkeptBinds() {
  UNKEPT='' UNKEPT_COUNT=0
  if ! list_unkept; then
    detail 'the containers could not be listed'
    observe unkeptBinds none
    return 0
  fi
  field unkeptBinds "[$UNKEPT]"
  if ((UNKEPT_COUNT == 0)); then
    observe unkeptBinds none
  elif [[ $SSM_unkeptBinds == refuse ]]; then
    observe unkeptBinds refuse
  else
    observe unkeptBinds warn
  fi
}
