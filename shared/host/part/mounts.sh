# What is mounted where, by device number, from this namespace's own table.

# Mount points of a device number in this namespace, in the order of mounting.
mounts_of() {
  local number point
  while read -r _ _ number _ point _; do
    if [[ $number == "$1" ]]; then printf '%b\n' "$point"; fi
  done </proc/self/mountinfo
}

# The device number mounted (topmost) at a directory, '' when none is.
mounted_at() {
  local number point found=''
  while read -r _ _ number _ point _; do
    if [[ $point == "$1" ]]; then found=$number; fi
  done </proc/self/mountinfo
  printf '%s' "$found"
}

# Which device the volume had when it was mounted here: stop and probe must not depend on finding it again.
record_number() {
  local line=''
  if [[ -e $RUN/mounted ]]; then line=$(<"$RUN/mounted"); fi
  if [[ $line == "$SSM_volumeId "* ]]; then printf '%s' "${line#* }"; fi
}

# Every mount at or below a directory, deepest first.
mounts_below() {
  local point
  while read -r _ _ _ _ point _; do
    point=$(printf '%b' "$point")
    if [[ $point == "$1" || $point == "$1"/* ]]; then printf '%s\n' "$point"; fi
  done </proc/self/mountinfo | sort -r
}
