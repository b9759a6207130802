# The setup script: fetched from Parameter Store with the instance's own role, run once after the first start, only
# when its SHA-256 is the one the definition pins.

observe_setup() {
  if [[ $SSM_setupSha256 == none || $SSM_setupParameter == none ]]; then
    observe setup none
  elif [[ ${MARKER[setup]} != none ]]; then
    observe setup already
  else
    observe setup pending
  fi
}

metadata() { curl -sf --noproxy '*' -m 3 -H "X-aws-ec2-metadata-token: $IMDS_TOKEN" "$IMDS/$1"; }

# One text value of a JSON answer, unescaped. A difference would show in the hash.
json_value() {
  local text=$1 pattern="\"$2\" *: *\"(([^\"\\\\]|\\\\.)*)\""
  [[ $text =~ $pattern ]] || return 1
  text=${BASH_REMATCH[1]//\\\\/$'\1'}
  text=${text//\\\"/\"}
  text=$(printf '%b' "${text//\\\//\/}" && printf x)
  printf '%s' "${text%x}" | tr '\1' '\134'
}

# Signed by curl itself; the keys go through standard input, so no process list shows them.
fetch_setup() {
  local role keys region host
  IMDS_TOKEN=$(curl -sf --noproxy '*' -m 3 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$IMDS/api/token") || return 1
  role=$(metadata meta-data/iam/security-credentials/) || return 1
  [[ $role =~ ^[A-Za-z0-9+=,.@_-]+$ ]] || return 1
  keys=$(metadata "meta-data/iam/security-credentials/$role") || return 1
  region=$(metadata meta-data/placement/region) || return 1
  host=ssm.$region.$(metadata meta-data/services/domain) || return 1
  curl -sf -m 20 --aws-sigv4 "aws:amz:$region:ssm" --config - -H 'Content-Type: application/x-amz-json-1.1' \
    -H 'X-Amz-Target: AmazonSSM.GetParameter' \
    --data "{\"Name\":\"$SSM_setupParameter\",\"WithDecryption\":true}" "https://$host/" <<CONFIG
user = "$(json_value "$keys" AccessKeyId):$(json_value "$keys" SecretAccessKey)"
header = "x-amz-security-token: $(json_value "$keys" Token)"
CONFIG
}

effect_run_setup() {
  local answer file=$STATE/setup hash status=0
  observe setup refused
  if ! answer=$(fetch_setup); then
    detail 'the setup script could not be fetched'
    return 0
  fi
  # The x keeps line ends at the script's end, which a substitution would drop.
  answer=$(json_value "$answer" Value && printf x) || return 0
  (umask 077 && printf '%s' "${answer%x}" >"$file")
  hash=$(sha256sum "$file")
  if [[ ${hash%% *} != "$SSM_setupSha256" ]]; then
    detail 'the setup script has another hash than the definition pins'
    rm -f "$file"
    return 0
  fi
  (cd / && HOME=/root timeout 600 bash "$file" </dev/null >"$STATE/setup.log" 2>&1 3>&- 8>&- 9>&-) || status=$?
  rm -f "$file"
  if [[ $status != 0 ]]; then
    detail "the setup script ended with $status: $(tail -n 3 "$STATE/setup.log")"
    observe setup failed
    return 0
  fi
  MARKER[setup]=$SSM_setupSha256
  save_marker "$DOCKER_ROOT" || die 'the marker cannot be written'
  observe setup ran
}
