# Unmounting the volume within a time, and telling what stood in the way.

# What keeps the volume busy: names of processes, at most five.
users_of() {
  local link names=''
  while read -r link; do
    link=${link#/proc/}
    names+=" $(<"/proc/${link%%/*}/comm")(${link%%/*})"
  done < <(find /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd -maxdepth 1 -lname "$1*" 2>/dev/null | sort -u -t / -k 3,3 | head -n 5)
  printf '%s' "$names"
}

# Whether a child of ours still works: neither gone nor only waiting to be asked for its status.
process_runs() {
  local stat=''
  [[ -e /proc/$1/stat ]] && read -r stat <"/proc/$1/stat" && [[ $stat != *') Z '* ]]
}

# Whether the kernel still has the volume's file system. It is taken out of the list of mounts first and flushed then:
# while that lasts nothing is mounted any more, and the disk must not be taken away.
file_system_lives() {
  local kernel=''
  [[ -n $(record_number) ]] || return 1
  kernel=$(readlink -f "/sys/dev/block/$(record_number)")
  kernel=${kernel##*/}
  [[ -n $kernel && (-e /sys/fs/ext4/$kernel || -e /sys/fs/xfs/$kernel) ]]
}

# Unmounts everything of the volume until it is really free or the time is over. Never lazily: `umount -l` answers
# at once and the file system lives on. A umount that hangs cannot be killed, so it is waited for from beside.
unmount_volume() {
  local deadline=$1 point pid patience
  while :; do
    observe unmount 'done'
    while read -r point; do
      umount "$point" >/dev/null 2>&1 3>&- 8>&- 9>&- &
      pid=$!
      # One that was begun at the last moment is not called hung.
      patience=$(($(now) + 1500))
      if ((patience < deadline)); then patience=$deadline; fi
      while process_runs "$pid"; do
        if past "$patience"; then
          detail "umount of $point does not return"
          observe unmount hung
          return 0
        fi
        sleep 0.05
      done
      wait "$pid" || observe unmount busy
    done < <(
      mounts_below "$CONTAINERD_ROOT"
      mounts_below "$DOCKER_ROOT"
    )
    if is unmount 'done' && file_system_lives; then observe unmount busy; fi
    if is unmount 'done'; then
      rm -f "$RUN/mounted" "$RUN/expected"
      return 0
    fi
    if past "$deadline"; then
      detail "in use by:$(users_of "$DOCKER_ROOT")"
      return 0
    fi
    sleep 0.2
  done
}

effect_unmount() { unmount_volume "${STOP_DEADLINE:-$(($(now) + 20000))}"; }
