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

# One at a time: a unit that an image does not have must not keep the others from being masked.
mask_units() {
  local unit
  for unit in $BOOT_UNITS; do systemctl mask "$unit" || printf 'spotkeep: %s cannot be masked\n' "$unit"; done
  # Where it won the race all the same: it runs beside the volume, on the root disk.
  if ! is_mounted "$DOCKER_ROOT"; then
    for unit in $BOOT_UNITS; do systemctl stop --no-block "$unit"; done
    local try
    for ((try = 0; try < 300; try++)); do
      if [[ -z $(pgrep -x 'dockerd|containerd') ]]; then break; fi
      sleep 0.1
    done
  fi
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
# nobody can write beside the volume any more.
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
  case "$IMAGE_INSTALL" in
    dnf) printf '#!/bin/bash\nexec dnf install -y %s\n' "$IMAGE_PACKAGES" ;;
    apt) printf '#!/bin/bash\nexport DEBIAN_FRONTEND=noninteractive\napt-get update && exec apt-get install -y --no-install-recommends %s\n' "$IMAGE_PACKAGES" ;;
    *) printf '#!/bin/bash\nexit 0\n' ;;
  esac >"$HERE/prepare"
}

mask_units
write_files || exit 1
write_drop_ins
systemctl daemon-reload
printf '%(%s)T\n' -1 >"$RUN/booted-at"
if bare_directory "$DOCKER_ROOT" && bare_directory "$CONTAINERD_ROOT"; then
  printf '%s\n' "$IMAGE" >"$RUN/guarded"
else
  printf 'spotkeep: the bare directories could not be secured\n' >&2
fi
systemctl enable spotkeep-watch.service spotkeep-prepare.service
systemctl start --no-block spotkeep-watch.service spotkeep-prepare.service
