# parts: answer state operation image host mounts device file-system unmount marker stop-docker docker binds setup
# Brings the dataset up on this instance: finds its volume, makes sure that it is the right one and whole, mounts it
# at Docker's directory and starts Docker on it. Never makes a file system. Health is the probe's matter.

FIRST_MOUNT=false

# The marker is brought up to date before Docker runs, so that no engine ever wrote what the marker does not know.
effect_write_marker() {
  local found
  found=$(drivers_in "$DOCKER_ROOT")
  if is marker parent-first-mount; then
    MARKER[generation]=$SSM_generation MARKER[volume]=$SSM_volumeId MARKER[migration]=$SSM_migrationId
    FIRST_MOUNT=true
  fi
  if [[ ${MARKER[started]} == no ]]; then FIRST_MOUNT=true; fi
  if [[ ${MARKER[driver]} == unset ]]; then MARKER[driver]=${found:-overlay2}; fi
  if [[ ${MARKER[store]} == unset ]]; then MARKER[store]=graph; fi
  MARKER[engine]=$ENGINE MARKER[architecture]=$(machine_architecture) MARKER[started]=yes
  save_marker "$DOCKER_ROOT" || die 'the marker cannot be written'
}

closing_fields() {
  local mounted
  mounted=$(mounted_at "$DOCKER_ROOT")
  if [[ -n $mounted && $mounted == "$DEVICE_NUMBER" ]]; then field unmounted false; else field unmounted true; fi
  if [[ -n $ENGINE ]]; then field_text engine "$ENGINE"; fi
  if [[ ${MARKER[driver]-unset} != unset ]]; then field_text driver "${MARKER[driver]}"; fi
  if [[ ${MARKER[store]-unset} != unset ]]; then field_text imageStore "${MARKER[store]}"; fi
  field_text architecture "$(machine_architecture)"
  if [[ -n ${OBSERVED[setup]-} ]]; then field_text setup "${OBSERVED[setup]}"; fi
  field firstMount "$FIRST_MOUNT"
}
