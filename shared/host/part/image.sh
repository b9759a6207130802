# The images' differences, in one table. Columns: name | os-release ID | VERSION_ID | a path that must exist |
# how packages are installed | packages for a host that has no Docker | the agent's unit.
# Unit names of Docker are the same everywhere; a unit that an image does not have is masked all the same.
IMAGES='
amazon-linux-2023-ecs|amzn|2023|/usr/lib/systemd/system/ecs.service|dnf|docker xfsprogs|amazon-ssm-agent.service
amazon-linux-2023|amzn|2023|/etc/os-release|dnf|docker xfsprogs|amazon-ssm-agent.service
ubuntu-24.04|ubuntu|24.04|/etc/os-release|apt|docker.io xfsprogs|snap.amazon-ssm-agent.amazon-ssm-agent.service
flatcar|flatcar||/etc/os-release|none||amazon-ssm-agent.service
debian|debian||/etc/os-release|apt|docker.io xfsprogs curl procps|amazon-ssm-agent.service
'
BOOT_UNITS='docker.socket docker.service containerd.service ecs.service'
DOCKER_ROOT=/var/lib/docker
CONTAINERD_ROOT=/var/lib/containerd

IMAGE=other IMAGE_INSTALL=none IMAGE_PACKAGES=''
read_image() {
  local name id version mark install packages agent key value os_id='' os_version=''
  while IFS='=' read -r key value; do
    value=${value#\"} value=${value%\"}
    case "$key" in
      ID) os_id=$value ;;
      VERSION_ID) os_version=$value ;;
    esac
  done </etc/os-release
  while IFS='|' read -r name id version mark install packages agent; do
    if [[ -n $name && $id == "$os_id" && (-z $version || $version == "$os_version") && -e $mark ]]; then
      IMAGE=$name IMAGE_INSTALL=$install IMAGE_PACKAGES=$packages IMAGE_AGENT=$agent
      return 0
    fi
  done <<<"$IMAGES"
  IMAGE=other IMAGE_INSTALL=none IMAGE_PACKAGES='' IMAGE_AGENT=''
}
