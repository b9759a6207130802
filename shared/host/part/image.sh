# The images' differences, in one table. Columns: name | os-release ID | VERSION_ID | a path that must exist |
# what installs Docker where the image has none | the Systems Manager agent's unit.
# Docker's unit names are the same everywhere; a unit that an image does not have is masked too. Flatcar's /usr is
# read-only and its Docker comes as a system extension: nothing is installed there, and nothing here writes below /usr.
IMAGES='
amazon-linux-2023-ecs|amzn|2023|/usr/lib/systemd/system/ecs.service|dnf install -y docker xfsprogs|amazon-ssm-agent.service
amazon-linux-2023|amzn|2023|/etc/os-release|dnf install -y docker xfsprogs|amazon-ssm-agent.service
ubuntu-24.04|ubuntu|24.04|/etc/os-release|apt-get update && apt-get install -y --no-install-recommends docker.io xfsprogs|snap.amazon-ssm-agent.amazon-ssm-agent.service
flatcar|flatcar||/etc/os-release|true|amazon-ssm-agent.service
debian|debian||/etc/os-release|apt-get update && apt-get install -y --no-install-recommends docker.io xfsprogs curl procps|amazon-ssm-agent.service
'
BOOT_UNITS='docker.socket docker.service containerd.service ecs.service'
DOCKER_ROOT=/var/lib/docker
CONTAINERD_ROOT=/var/lib/containerd

IMAGE=other IMAGE_INSTALL=true IMAGE_AGENT=''
read_image() {
  local name id version mark install agent key value os_id='' os_version=''
  while IFS='=' read -r key value; do
    value=${value#\"} value=${value%\"}
    case "$key" in
      ID) os_id=$value ;;
      VERSION_ID) os_version=$value ;;
    esac
  done </etc/os-release
  while IFS='|' read -r name id version mark install agent; do
    if [[ -n $name && $id == "$os_id" && (-z $version || $version == "$os_version") && -e $mark ]]; then
      IMAGE=$name IMAGE_INSTALL=$install IMAGE_AGENT=$agent
      return 0
    fi
  done <<<"$IMAGES"
}
