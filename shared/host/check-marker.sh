# parts:
# Runs before Docker and containerd may start: the mounted volume must be the one the last `start` accepted. After a
# reboot there is no such start yet, so nothing starts.

RUN=/run/spotkeep
marker=/var/lib/docker/.spotkeep/marker
expected=$(cat "$RUN/expected") || exit 1
found=$(sed -nE 's/^(dataset|volume|generation)=//p' "$marker" | tr '\n' ' ') || exit 1
if [[ "$found" != "$expected " ]]; then
  printf 'spotkeep: the volume at /var/lib/docker is not the one that was started\n' >&2
  exit 1
fi
