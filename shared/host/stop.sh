# parts: answer state operation image mounts device unmount stop-docker
# Stops Docker and unmounts the volume within the budget. Announces itself before it asks for the lock, so that a
# start under way gives up. What it could not do it says; it never unmounts lazily and never detaches anything.

STOP_DEADLINE=''
set_deadline() {
  if [[ -z $STOP_DEADLINE ]]; then STOP_DEADLINE=$(($(now) + SSM_stopBudgetSeconds * 1000)); fi
}

observe_lock() {
  set_deadline
  # A start that gives up stops Docker first; half of the budget stays for the work itself.
  take_lock "$((SSM_stopBudgetSeconds / 2 + 1))"
  if is lock free && [[ -z $(record_number) ]]; then is device present || true; fi
}

closing_fields() {
  local mounted
  mounted=$(mounted_at "$DOCKER_ROOT")
  if [[ -z $mounted ]] && ! file_system_lives && { [[ -z ${OBSERVED[unmount]-} ]] || is unmount 'done'; }; then
    field unmounted true
  else
    field unmounted false
  fi
  field killed "$KILLED_NAMES"
}

KILLED_NAMES='[]'
effect_unmount() {
  # Names are on the volume: they are read before it goes.
  KILLED_NAMES=$(killed_json)
  unmount_volume "$STOP_DEADLINE"
}
