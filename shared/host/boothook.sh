# parts: image
# Runs first thing at every boot (cloud-boothook; from Ignition's unit on Flatcar), before any unit that could start
# Docker: user-data scripts run too late, stock images start it at boot. Docker can never start beside the volume:
# its units are masked, demand the mount and the marker, and the bare directories are empty and immutable.

RUN=/run/spotkeep
HERE=/var/lib/spotkeep/host
mkdir -p "$RUN" "$HERE"
chmod 700 "$RUN" /var/lib/spotkeep
read_image

is_mounted() { awk -v point="$1" '$5 == point { found = 1 } END { exit !found }' /proc/self/mountinfo; }

# By hand, not by `systemctl mask`: quick, and a unit that the image does not have is masked too.
mask_units() {
  local unit file
  for unit in $BOOT_UNITS; do
    file=/etc/systemd/system/$unit
    if [[ -f $file && ! -L $file ]]; then mv -f "$file" "$HERE/$unit"; fi
    ln -sfn /dev/null "$file"
  done
}

# Where Docker or containerd won the race, they run beside the volume, on the root disk.
stop_units() {
  local try
  if is_mounted "$DOCKER_ROOT"; then return 0; fi
  # shellcheck disable=SC2086 # a list of unit names
  systemctl stop --no-block $BOOT_UNITS
  for ((try = 0; try < 300; try++)); do
    if ! pgrep -x dockerd >/dev/null && ! pgrep -x containerd >/dev/null; then break; fi
    sleep 0.1
  done
}

write_drop_ins() {
  local unit
  for unit in docker.service docker.socket containerd.service; do
    mkdir -p "/etc/systemd/system/$unit.d"
    printf '[Unit]\nAssertPathIsMountPoint=%s\n' "$DOCKER_ROOT" >"/etc/systemd/system/$unit.d/50-spotkeep.conf"
  done
  for unit in docker.service containerd.service; do
    printf '[Service]\nExecStartPre=/bin/bash %s/check-marker\n' "$HERE" >>"/etc/systemd/system/$unit.d/50-spotkeep.conf"
  done
}

# Bare directories: what a stock image or an installer left there goes (never anything of a mounted volume), then
# nothing can write beside the volume any more.
bare_directory() {
  if is_mounted "$1"; then return 0; fi
  mkdir -p "$1" && chattr -i "$1"
  find "$1" -xdev -mindepth 1 -delete || rm -rf --one-file-system -- "${1:?}"/*
  chattr +i "$1" && [[ -z $(ls -A "$1") ]]
}

write_files() {
  local name
  for name in check-marker drain watch; do
    unpack "$name" >"$HERE/$name.new" && chmod 700 "$HERE/$name.new" && mv -f "$HERE/$name.new" "$HERE/$name" || return 1
  done
  cat >/etc/systemd/system/spotkeep-watch.service <<UNIT
[Unit]
Description=Spotkeep: spot notice and grant
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/bash $HERE/watch
Restart=always
RestartSec=5
OOMScoreAdjust=-900
[Install]
WantedBy=multi-user.target
UNIT
  cat >/etc/systemd/system/spotkeep-prepare.service <<UNIT
[Unit]
Description=Spotkeep: install Docker where the image has none
Wants=network-online.target
After=network-online.target
ConditionPathExists=!/usr/bin/dockerd
ConditionPathExists=!/usr/sbin/dockerd
[Service]
Type=oneshot
ExecStart=/bin/bash $HERE/prepare
[Install]
WantedBy=multi-user.target
UNIT
  write_prepare
}

# Masked units stay down while packages are installed.
write_prepare() {
  printf '#!/bin/bash\nexport DEBIAN_FRONTEND=noninteractive\n%s\n' "$IMAGE_INSTALL" >"$HERE/prepare"
}

# Out of memory takes containers first: an agent that is gone looks like an instance that is gone.
spare_agent() {
  if [[ -z $IMAGE_AGENT ]]; then return 0; fi
  mkdir -p "/etc/systemd/system/$IMAGE_AGENT.d"
  printf '[Service]\nOOMScoreAdjust=-900\n' >"/etc/systemd/system/$IMAGE_AGENT.d/50-spotkeep.conf"
}

mask_units
write_files || exit 1
write_drop_ins
spare_agent
mkdir -p /etc/systemd/system/multi-user.target.wants
for unit in spotkeep-watch.service spotkeep-prepare.service; do
  ln -sfn "../$unit" "/etc/systemd/system/multi-user.target.wants/$unit"
done
systemctl daemon-reload
stop_units
printf '%(%s)T\n' -1 >"$RUN/booted-at"
if bare_directory "$DOCKER_ROOT" && bare_directory "$CONTAINERD_ROOT"; then
  printf '%s\n' "$IMAGE" >"$RUN/guarded"
else
  printf 'spotkeep: the bare directories could not be secured\n' >&2
fi
systemctl start --no-block spotkeep-watch.service spotkeep-prepare.service
