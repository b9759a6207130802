# parts: state image mounts unmount stop-docker
# The watcher's own stop, when no other stop may come in time: before EC2 takes the instance, and before the host powers
# itself off. One argument: the budget in seconds. It uses up no operation number; a start after it is refused.

declare -A OBSERVED=()
BOOT_ID=$(</proc/sys/kernel/random/boot_id)
observe() { OBSERVED[$1]=$2; }
is() { [[ ${OBSERVED[$1]-} == "$2" ]]; }
detail() { printf 'spotkeep: %s\n' "$1"; }
die() { detail "$1"; exit 70; }
number_or_zero() { if [[ ${1-} =~ ^[0-9]{1,15}$ ]]; then printf '%s' "$1"; else printf '0'; fi; }

[[ ${1-} =~ ^[1-9][0-9]{0,2}$ ]] || die 'usage: drain SECONDS'
STOP_DEADLINE=$(($(now) + $1 * 1000))
SSM_operationNumber=999999999999999
SSM_volumeId=none
if [[ -s $RUN/mounted ]]; then
  SSM_volumeId=$(<"$RUN/mounted")
  SSM_volumeId=${SSM_volumeId%% *}
fi
effect_ask_to_give_up
# A document that does not give up in time is not waited for: the data is safer with Docker stopped.
take_lock "$(($1 / 2))"
effect_stop_docker
unmount_volume "$STOP_DEADLINE"
detail "unmount: ${OBSERVED[unmount]}"
is unmount 'done'
