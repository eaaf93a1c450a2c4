#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The machine's startup script (metadata attribute "startup-script"), run as root at every boot. It makes the machine what its configuration says, from
# whatever it finds: there is no mark of a first run. Each step asks what is so before it does anything, so a second run changes nothing, and one that was
# cut at any point is taken up by the next.
#
# Reads the attribute "pllm-config", of which it uses
#   configHash                        told with the steps, so that a reader knows which configuration they were for
#   guest.url, guest.sha256           the guest's archive, made by archive.sh
#   engine.archive.url, .sha256       the engine's, with bin/ollama in it
#   engine.url, engine.env            where the engine listens, on loopback, and its variables
#   firstBootGraceSeconds             for so long after its boot a machine without a guest may stay on
#
# Every step's exit code goes to standard output, which is the journal and the serial console of a startup script, and to the file $steps, which the
# guest shows in its health. A step that fails leaves what was there before: an old guest goes on with an old engine, and says which step failed.
# A guest of a configuration that was never converged to says that it is ready only once this script is through ("done" among the steps), so that nobody is
# served by what is about to be replaced. $converged holds the configHash of the last run in which every step succeeded.
#
# Exit code: 0 if every step succeeded, else 1.
#
# Takes what Debian 12 and Ubuntu 24.04 have in Google's images: bash, curl, tar, coreutils, python3, systemd; for an archive in .tar.zst also zstd, which Ubuntu
# has as a part of its boot (initramfs-tools-core).
#
# shellcheck disable=SC2317  # most functions are called by step, by their names
set -uo pipefail
umask 022
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

readonly metadata=http://169.254.169.254/computeMetadata/v1/instance
readonly home=/opt/private-llm
readonly run=/run/private-llm-install
readonly steps=$run/steps
readonly config=$run/config.json
readonly converged=$home/converged
readonly environment=/etc/private-llm/engine.env
readonly units=/etc/systemd/system
readonly usual_grace=1800
# A download is given up after this, sooner where an older version can go on; the next boot goes on where it ended. A right to read takes up to ten minutes to
# arrive where it was granted just now.
readonly fetch_seconds=900
readonly newer_fetch_seconds=180
readonly longest_pause=30

failed=0
# Not every image sends what a startup script prints on to the serial console.
say() {
  printf 'private-llm: %s\n' "$*"
  { printf 'private-llm: %s\n' "$*" >/dev/console; } 2>/dev/null || true
}

# step NAME COMMAND...: runs it and tells how it ended
step() {
  local name=$1 code=0 began=$SECONDS
  shift
  "$@" </dev/null || code=$?
  if [ "$code" -ne 0 ]; then failed=1; fi
  say "step $name: exit $code ($((SECONDS - began)) s)"
  note "$name" "$code"
  return "$code"
}

# note NAME CODE: writes a step down
note() { { if [ -e "$steps" ]; then cat "$steps"; fi; echo "$1 $2"; } >"$steps.new" && mv "$steps.new" "$steps"; }

# field NAME...: the text at this path of the configuration; fails where there is none
field() {
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    value = value[name]
print(value)' "$config" "$@" 2>/dev/null
}

# from_metadata PATH: one value of the metadata server, which may be a moment late at a boot
from_metadata() {
  curl --silent --show-error --fail --noproxy '*' --header 'Metadata-Flavor: Google' \
    --connect-timeout 5 --max-time 20 --retry 10 --retry-delay 1 --retry-connrefused "$metadata/$1"
}

read_config() {
  from_metadata attributes/pllm-config >"$config.new" || return
  python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$config.new" || return
  mv "$config.new" "$config"
}

# Until the timer of the dead man's switch runs, nothing but this watches the bill. That one counts from the same boot, hence calling this one off adds nothing.
# A guest of before there was such a timer watches by itself.
limit_without_guest() {
  local grace
  if systemctl --quiet is-active private-llm-dead-man.timer || systemctl --quiet is-active private-llm-guest.service; then return 0; fi
  grace=$(field firstBootGraceSeconds) || grace=$usual_grace
  systemctl --quiet stop private-llm-grace.timer 2>/dev/null
  if [ "$grace" -eq 0 ]; then return 0; fi
  systemd-run --quiet --collect --unit=private-llm-grace --description='Switches this machine off unless a guest is installed' \
    --timer-property=AccuracySec=1 --on-boot="$grace" /usr/bin/systemctl --no-block poweroff
}

# Nobody logs in here, and nothing but this script changes what is installed. What is not there is masked all the same; stopping it is told as an error,
# hence what counts in the end is that nothing of it runs. An installation of another kind, on a disk that was taken over, would hold our ports.
close_doors() {
  local doors='ssh.service ssh.socket apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service unattended-upgrades.service
    google-osconfig-agent.service caddy.service ollama.service'
  # shellcheck disable=SC2086  # a list of words
  {
    systemctl --quiet stop $doors 2>/dev/null
    systemctl --quiet mask $doors 2>/dev/null || return
    ! systemctl --quiet is-active $doors
  }
}

users() {
  local name
  for name in private-llm-guest private-llm-engine private-llm-telemetry; do
    getent passwd "$name" >/dev/null ||
      useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$name" || return
  done
  # The device files of some drivers belong to these.
  for name in video render; do
    if getent group "$name" >/dev/null; then usermod --append --groups "$name" private-llm-engine || return; fi
  done
}

# authorization URL: the header that a download needs. The machine's token goes to Cloud Storage and nowhere else.
authorization() {
  case $1 in
    https://storage.googleapis.com/*) ;;
    https://*) return 0 ;;
    *)
      say "download from $1 (expected: https)"
      return 64
      ;;
  esac
  from_metadata service-accounts/default/token |
    python3 -c 'import json, sys; print("header = \"Authorization: Bearer %s\"" % json.load(sys.stdin)["access_token"])'
}

is_whole() { [ -s "$1" ] && [ "$(sha256sum <"$1" | cut -d ' ' -f 1)" = "$2" ]; }

# download URL SHA-256 FILE SECONDS: ends with a file of exactly this hash, or fails; what is there of it already is kept and continued
download() {
  local url=$1 sum=$2 file=$3 end=$((SECONDS + $4)) pause=1 wrong=0 code header status
  until is_whole "$file" "$sum"; do
    header=$(authorization "$url") || { code=$?; [ "$code" -ne 64 ] || return "$code"; }
    code=0
    # The token comes by standard input: arguments of a process are for everybody to read.
    status=$(curl --silent --show-error --fail --location --continue-at - --connect-timeout 10 --speed-limit 1000 --speed-time 30 \
      --output "$file" --write-out '%{http_code}' --config - "$url" <<<"$header") || code=$?
    case $code in
      0)
        if is_whole "$file" "$sum"; then return 0; fi
        say "download of $url: SHA-256 $(sha256sum <"$file" | cut -d ' ' -f 1) (expected: $sum)"
        rm -f "$file"
        wrong=$((wrong + 1))
        # Once may be a file that was continued over a change of what lies there.
        if [ "$wrong" -ge 2 ]; then return 65; fi
        ;;
      # The server does not continue.
      33 | 36) rm -f "$file" ;;
      # Nor does it where there is nothing after what we have. What is refused for another reason is asked for again: a grant takes minutes to arrive.
      22) if [ "$status" -eq 416 ]; then rm -f "$file"; fi ;;
    esac
    if [ "$SECONDS" -ge "$end" ]; then return "$((code == 0 ? 66 : code))"; fi
    sleep "$pause"
    pause=$((pause * 2 > longest_pause ? longest_pause : pause * 2))
  done
}

# install_archive NAME MEMBER URL SHA-256: makes $home/NAME/current the content of this archive, which has to hold MEMBER. It is complete before it is
# called by its name, and what was current stays so until then.
install_archive() {
  local folder=$home/$1 member=$2 url=$3 sum=$4 seconds=$fetch_seconds
  if [[ ! $sum =~ ^[0-9a-f]{64}$ ]]; then
    say "$1: the configuration has no SHA-256 of its archive"
    return 64
  fi
  mkdir -p "$folder" || return
  if [ ! -d "$folder/$sum" ]; then
    find "$folder" -maxdepth 1 -name '*.part' ! -name "$sum.part" -delete
    if [ -e "$folder/current" ]; then seconds=$newer_fetch_seconds; fi
    download "$url" "$sum" "$folder/$sum.part" "$seconds" || return
    rm -rf "$folder/$sum.new"
    mkdir "$folder/$sum.new" || return
    tar --extract --file "$folder/$sum.part" --directory "$folder/$sum.new" --no-same-owner || return
    if [ ! -x "$folder/$sum.new/$member" ]; then
      say "$1: the archive has no $member"
      return 65
    fi
    sync --file-system "$folder" || return
    mv --no-target-directory "$folder/$sum.new" "$folder/$sum" || return
    rm -f "$folder/$sum.part"
  fi
  ln --symbolic --force --no-dereference "$sum" "$folder/current.new" || return
  mv --no-target-directory "$folder/current.new" "$folder/current"
}

guest_archive() { install_archive guest java/bin/java "$(field guest url)" "$(field guest sha256)"; }

engine_archive() { install_archive engine bin/ollama "$(field engine archive url)" "$(field engine archive sha256)"; }

install_units() {
  local from changed='' name
  for from in "$home"/guest/current/units/*; do
    name=${from##*/}
    if ! cmp --silent "$from" "$units/$name"; then
      install --mode=0644 "$from" "$units/.$name.new" && mv "$units/.$name.new" "$units/$name" || return
      changed=yes
    fi
  done
  if [ -n "$changed" ]; then systemctl daemon-reload || return; fi
  systemctl --quiet enable private-llm-guest.service private-llm-engine.service private-llm-telemetry.service private-llm-poweroff.path \
    private-llm-dead-man.timer || return
  systemctl start private-llm-poweroff.path private-llm-dead-man.timer
}

# The engine's variables: those that are wanted, all of them ones that it reads, over what we want of every engine. Others are refused by name, and so is
# a cache type that the engine would silently take for its default.
engine_environment() {
  mkdir -p "${environment%/*}" || return
  python3 - "$config" >"$environment.new" <<'PYTHON' || return
import json, re, sys
from urllib.parse import urlsplit

known = {
    "OLLAMA_CONTEXT_LENGTH": None,
    "OLLAMA_KV_CACHE_TYPE": None,
    "OLLAMA_FLASH_ATTENTION": None,
    "OLLAMA_KEEP_ALIVE": "-1",
    "OLLAMA_NUM_PARALLEL": "1",
    "OLLAMA_MAX_QUEUE": "512",
    "OLLAMA_LOAD_TIMEOUT": "15m",
    "OLLAMA_MAX_LOADED_MODELS": "0",
    "OLLAMA_SCHED_SPREAD": "0",
    "OLLAMA_NO_CLOUD": "1",
}
engine = json.load(open(sys.argv[1]))["engine"]
wanted = engine.get("env", {})
offences = ["%s (expected: one of %s)" % (name, ", ".join(sorted(known))) for name in wanted if name not in known]
offences += ["%s: no plain value" % name for name, value in wanted.items() if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", str(value))]
cache = wanted.get("OLLAMA_KV_CACHE_TYPE", "f16")
if cache not in ("f16", "q8_0", "q4_0"):
    offences.append("OLLAMA_KV_CACHE_TYPE: %s (expected: f16, q8_0 or q4_0)" % cache)
address = urlsplit(engine.get("url", "http://127.0.0.1:11434"))
if address.hostname != "127.0.0.1" or not address.port:
    offences.append("engine.url: %s (expected: http://127.0.0.1:PORT)" % engine.get("url"))
if offences:
    sys.exit("private-llm: engine variables refused: " + "; ".join(offences))
values = {name: value for name, value in known.items() if value is not None}
values.update(wanted)
if cache in ("q8_0", "q4_0"):
    values["OLLAMA_FLASH_ATTENTION"] = "1"
values["OLLAMA_HOST"] = "127.0.0.1:%d" % address.port
for name in sorted(values):
    print("%s=%s" % (name, values[name]))
PYTHON
  mv "$environment.new" "$environment"
}

# is_current UNIT PROGRAM: whether the unit runs, and the program that is installed now
is_current() {
  local process
  systemctl --quiet is-active "$1" || return
  process=$(systemctl show --property=MainPID --value "$1")
  [ "$(readlink "/proc/$process/exe")" = "$(readlink --canonicalize "$2")" ] &&
    [ "$(systemctl show --property=NeedDaemonReload --value "$1")" = no ]
}

# has_environment UNIT: whether it runs with the variables that are installed now
has_environment() {
  local process line
  process=$(systemctl show --property=MainPID --value "$1")
  while read -r line; do
    tr '\0' '\n' <"/proc/$process/environ" | grep --quiet --line-regexp --fixed-strings -e "$line" || return
  done <"$environment"
}

# others NAME: removes every version but the current one
others() {
  find "$home/$1" -mindepth 1 -maxdepth 1 ! -name current ! -name "$(readlink "$home/$1/current")" -exec rm -rf {} +
}

start_guest() {
  is_current private-llm-guest.service "$home/guest/current/java/bin/java" ||
    systemctl restart private-llm-guest.service private-llm-telemetry.service || return
  others guest
  if systemctl --quiet is-active private-llm-dead-man.timer; then systemctl --quiet stop private-llm-grace.timer 2>/dev/null; fi
  return 0
}

# Models that the engine of an older installation has left on this disk are not fetched again. One that is cut before the last step is begun anew.
inherit_models() {
  local theirs=/usr/share/ollama/.ollama/models ours=/var/lib/private-llm-engine
  if [ ! -d "$theirs" ] || [ -e "$ours/models" ]; then return 0; fi
  install -d -o private-llm-engine -g private-llm-engine "$ours" || return
  chown -R private-llm-engine:private-llm-engine "$theirs" && mv "$theirs" "$ours/models"
}

start_engine() {
  inherit_models || return
  { is_current private-llm-engine.service "$home/engine/current/bin/ollama" && has_environment private-llm-engine.service; } ||
    systemctl restart private-llm-engine.service || return
  others engine
}

main() {
  local hash
  mkdir -p "$run" "$home" || exit 1
  # One at a time: a second run, by hand or by the agent, waits for the first.
  exec 9>"$run/lock"
  flock 9
  step config read_config
  if [ ! -s "$config" ]; then echo '{}' >"$config"; fi
  hash=$(field configHash) || hash=none
  if [ "$(cat "$converged" 2>/dev/null)" != "$hash" ]; then rm -f "$converged"; fi
  { echo "configHash $hash"; tail -n 1 "$steps"; } >"$steps.new" && mv "$steps.new" "$steps"
  step grace limit_without_guest
  step doors close_doors
  step users users
  step guest-archive guest_archive
  if [ -d "$home/guest/current" ]; then
    step units install_units
    step guest start_guest
  fi
  step engine-archive engine_archive
  step engine-environment engine_environment
  if [ -x "$home/engine/current/bin/ollama" ] && [ -s "$environment" ]; then step engine start_engine; fi
  if [ "$failed" -eq 0 ]; then echo "$hash" >"$converged.new" && sync "$converged.new" && mv "$converged.new" "$converged"; fi
  say "step done: exit $failed ($SECONDS s)"
  note "done" "$failed"
  exit "$failed"
}

main
