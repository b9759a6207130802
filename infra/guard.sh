#!/bin/sh
# Runs at every boot before any service (cloud-init's boothook, or a unit of Ignition's). Docker must never come up
# beside the volume: stock images start it at boot and it would build a fresh, empty state on the root disk.
# Three locks, because any one of them can be opened by an image's own units: the units are masked, they require the
# mount, and the bare directories cannot be written. `start` opens them, once the volume is mounted and its marker read.
# An instance that nobody ever grants time to powers itself off: so a launch that the control plane lost costs little.
set -eu

for unit in docker.socket docker.service containerd.service ecs.service; do
  # By link, not by systemctl: this early systemd may not answer yet.
  ln -sfn /dev/null "/etc/systemd/system/$unit"
done

for unit in docker.service containerd.service; do
  mkdir -p "/etc/systemd/system/$unit.d"
  printf '%s\n' '[Unit]' 'RequiresMountsFor=/var/lib/docker' 'AssertPathIsMountPoint=/var/lib/docker' \
    >"/etc/systemd/system/$unit.d/10-spotkeep.conf"
done

for directory in /var/lib/docker /var/lib/containerd; do
  if ! mountpoint -q "$directory" 2>/dev/null; then
    mkdir -p "$directory"
    chattr -i "$directory" 2>/dev/null || true # not immutable yet on the first boot
    find "$directory" -xdev -mindepth 1 -delete
    chattr +i "$directory"
  fi
done

systemctl daemon-reload
systemctl stop docker.socket docker.service containerd.service ecs.service 2>/dev/null || true # absent on some images

if [ ! -e /run/spotkeep/ungranted ]; then
  mkdir -p /run/spotkeep
  : >/run/spotkeep/ungranted
  systemd-run --unit=spotkeep-ungranted --on-active=30min /usr/bin/systemctl poweroff
fi
