# The volume's device, by serial. Names (nvme1n1, xvdf) follow the order of attachment and prove nothing.

DEVICE='' DEVICE_NUMBER='' KERNEL_NAME=''

# The disk under the root file system, '' where that is none (a container, an overlay).
root_disk() {
  local number path
  number=$(mounted_at /)
  if [[ -z $number ]]; then return 0; fi
  path=$(readlink -f "/sys/dev/block/$number") || return 0
  if [[ ! -e $path ]]; then return 0; fi
  if [[ -e $path/partition ]]; then path=${path%/*}; fi
  printf '%s' "${path##*/}"
}

sysfs_devices() {
  local path serial
  for path in /sys/block/*; do
    if [[ -r $path/device/serial ]]; then
      serial=$(<"$path/device/serial")
      serial=${serial//[[:space:]]/}
      if [[ ${serial//-/} == "$1" ]]; then printf '%s\n' "/dev/${path##*/}"; fi
    fi
  done
}

# Where every by-id link for the serial leads; links whose device is gone lead nowhere and are passed over.
linked_devices() {
  local link target
  for link in /dev/disk/by-id/nvme-*_"$1" /dev/disk/by-id/nvme-*_"$1"[_-]*; do
    if [[ ! -L $link || $link == *-part* ]]; then continue; fi
    target=$(readlink -f "$link")
    if [[ -b $target ]]; then printf '%s\n' "$target"; fi
  done | sort -u
}

# Xen instances show no serial: one disk that is not the root disk, of exactly the recorded size, under a data name.
xen_devices() {
  local path sectors
  for path in /sys/block/xvd[b-z]; do
    if [[ -r $path/size && ${path##*/} != "$1" ]]; then
      sectors=$(<"$path/size")
      if ((sectors * 512 == SSM_expectSizeGiB * 1073741824)); then printf '%s\n' "/dev/${path##*/}"; fi
    fi
  done
}

observe_device() {
  local serial=${SSM_volumeId//-/} root found='' linked='' try
  root=$(root_disk)
  for try in 1 2 3; do
    found=$(sysfs_devices "$serial")
    linked=$(linked_devices "$serial")
    if [[ -n $found && -n $linked ]]; then break; fi
    if [[ $try != 3 ]]; then
      udevadm settle -t 2 2>/dev/null
      sleep 0.2
    fi
  done
  if [[ -z $found && -z $linked ]]; then
    found=$(xen_devices "$root")
    linked=$found
  fi
  if [[ $found == *$'\n'* ]]; then
    observe device ambiguous
  elif [[ -z $found && -z $linked ]]; then
    observe device absent
  elif [[ -n $found && -z $linked ]]; then
    # The kernel has it, its link is not made yet.
    observe device absent
  elif [[ $found != "$linked" || ${found##*/} == "$root" || ! -b $found ]]; then
    detail "kernel: ${found:-none}, links: ${linked//$'\n'/ }, root disk: ${root:-none}"
    observe device mismatch
  else
    DEVICE=$found
    # Hexadecimal: Amazon Linux's stat has no decimal form yet.
    DEVICE_NUMBER=$(stat -c '%t:%T' "$DEVICE")
    DEVICE_NUMBER=$((0x${DEVICE_NUMBER%:*})):$((0x${DEVICE_NUMBER#*:}))
    KERNEL_NAME=$(readlink -f "/sys/dev/block/$DEVICE_NUMBER")
    KERNEL_NAME=${KERNEL_NAME##*/}
    observe device present
  fi
}

device_bytes() { blockdev --getsize64 "$DEVICE"; }

observe_size() {
  local bytes
  bytes=$(device_bytes) || die 'the size of the device cannot be read'
  if ((bytes >= SSM_expectSizeGiB * 1073741824)); then observe size expected; else observe size smaller; fi
}

observe_deviceUse() {
  # A look at the volume that was cut in its middle: the lock is ours, so no other look is under way.
  if [[ $(mounted_at "$PEEK") == "$DEVICE_NUMBER" ]]; then unpeek; fi
  local -a holders=("/sys/block/$KERNEL_NAME/holders/"*)
  if [[ $(mounted_at "$DOCKER_ROOT") == "$DEVICE_NUMBER" ]]; then
    observe deviceUse here
  elif [[ -n $(mounts_of "$DEVICE_NUMBER") || -e /sys/fs/ext4/$KERNEL_NAME || -e /sys/fs/xfs/$KERNEL_NAME ||
    -e ${holders[0]} || -n $(partition_mounts) ]]; then
    observe deviceUse elsewhere
  else
    observe deviceUse free
  fi
}

partition_mounts() {
  local path
  for path in "/sys/block/$KERNEL_NAME/$KERNEL_NAME"*; do
    if [[ -r $path/dev ]]; then mounts_of "$(<"$path/dev")"; fi
  done
}

observe_mountPoint() {
  local number
  number=$(mounted_at "$DOCKER_ROOT")
  if [[ -n $number && $number == "${DEVICE_NUMBER:-$(record_number)}" ]]; then
    observe mountPoint mounted-here
  elif [[ -n $number ]]; then
    observe mountPoint mounted-other
  elif [[ -n $(find "$DOCKER_ROOT" -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null) ]]; then
    observe mountPoint dirty
  else
    observe mountPoint bare
  fi
}

read_zeroes_at() { dd if="$DEVICE" bs=64K iflag=direct status=none skip="$1" count="$2"; }

observe_read() {
  local blocks
  blocks=$(($(device_bytes) / 65536))
  blockdev --flushbufs "$DEVICE"
  if read_zeroes_at 0 16 >/dev/null && read_zeroes_at $((blocks - 16)) 16 >/dev/null; then
    observe read ok
  else
    observe read error
  fi
}

# all_zero SKIP COUNT…, pairs in units of 64 KiB. 0: zeroes, 1: something else. A read error ends the script: it is
# not blank. All places go through one pipe: each process more costs more than what it reads.
all_zero() {
  local rest
  rest=$(
    while (($# > 1)); do
      read_zeroes_at "$1" "$2" || exit 1
      shift 2
    done | tr -d '\0' | wc -c
  ) || die 'the device cannot be read'
  [[ $rest == 0 ]]
}

# First and last 16 MiB, and every place where ext4 (1, 2, 4 KiB blocks: groups 3^n, 5^n, 7^n) or XFS (the usual
# four, or 32, allocation groups) keep a second superblock. A probe that finds no signature is no proof of blankness.
observe_blank() {
  local blocks group base place block
  blocks=$(($(device_bytes) / 65536))
  observe blank no
  all_zero 0 256 || return 0
  local -A places=()
  local -a pairs=()
  for block in 1 2 4; do
    for base in 3 5 7; do
      for ((group = 1; ; group *= base)); do
        # A group has 8 blocks per byte of a block: block KiB × 8192 blocks.
        place=$((group * block * block * 8192 / 64))
        if ((place >= blocks)); then break; fi
        places[$place]=1
      done
    done
  done
  for ((group = 1; group < 32; group++)); do places[$((blocks * group / 32))]=1; done
  for place in "${!places[@]}"; do pairs+=("$place" $((place + 2 <= blocks ? 2 : 1))); done
  all_zero $((blocks - 256)) 256 "${pairs[@]}" || return 0
  observe blank yes
}

observe_twin() {
  local number source uuid wanted=${SSM_fsUuid-none}
  observe twin none
  if [[ $wanted == none ]]; then wanted=$(blkid -p -s UUID -o value "$DEVICE"); fi
  if [[ -z $wanted ]]; then return 0; fi
  while read -r number source; do
    if [[ $number == "$DEVICE_NUMBER" || ! -b $source ]]; then continue; fi
    uuid=$(blkid -p -s UUID -o value "$source")
    if [[ $uuid == "$wanted" ]]; then
      detail "$source carries the same file-system UUID"
      observe twin mounted
      return 0
    fi
  done < <(while read -r _ _ number _ _ rest; do
    source=${rest#* - }
    source=${source#* }
    printf '%s %s\n' "$number" "${source%% *}"
  done </proc/self/mountinfo | sort -u)
}
