# Whether this host was prepared at boot, and has the programs. Installing Docker may still be under way.

HOST_TOOLS='dockerd docker containerd blkid wipefs mount umount fsfreeze flock curl systemctl udevadm chattr'

observe_host() {
  local tool try
  for ((try = 0; try < 180; try++)); do
    if [[ $(systemctl is-active spotkeep-prepare.service) != activating ]]; then break; fi
    sleep 1
  done
  case "${SSM_fileSystem-ext4}" in
    ext4) HOST_TOOLS+=' mkfs.ext4 e2fsck resize2fs' ;;
    xfs) HOST_TOOLS+=' mkfs.xfs xfs_growfs' ;;
  esac
  observe host ready
  if [[ ! -e $RUN/guarded ]]; then
    observe host unguarded
    return 0
  fi
  for tool in $HOST_TOOLS; do
    if ! command -v "$tool" >/dev/null; then
      detail "$tool is missing"
      observe host tools-missing
    fi
  done
}
