#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Switches this machine off when its controller has been silent for too long and its guest did not do it: one that hangs, that crashes again and again, or
# that never came up. Run as root by a timer of its own every 15 s, and before each start of the guest. Nothing is counted here: what is compared are uptimes
# of the kernel, which no restart, no crash and no change of the clock sets back.
#
#   dead-man.sh [ROOT]     ROOT stands before every path; only tests give one
#
# $kept is what the guest writes every few seconds: BEAT KIND DUE, of which DUE is the uptime at which the machine is to be off, or "never". While a stream is
# open it is at least two minutes ahead: the guest cannot be asked here, and one that hangs passes nothing on either, so its last word holds for as long.
# Without such a line the end is the one that a guest begins with: deadManSeconds after the boot, in a first boot firstBootGraceSeconds if that is longer.
#
# $boot is for the guest, which may not see process 1: BEGAN KIND, the uptime at which this boot began, and whether it is the first, that is without a model.
set -uo pipefail
umask 022
readonly root=${1-}
readonly kept=$root/run/private-llm/dead-man
readonly boot=$root/run/private-llm-dead-man/boot
readonly config=$root/run/private-llm-install/config.json
readonly models=$root/var/lib/private-llm-engine/models/manifests
# The guest is given this much time to do it itself.
readonly margin=15
# What the guest holds for possible at most; later than that is no time that it wrote.
readonly longest=604800
readonly usual_dead_man=900 usual_grace=1800

# number NAME: this number of the configuration; fails where there is none
number() {
  python3 -c 'import json, sys; print(int(json.load(open(sys.argv[1]))[sys.argv[2]]))' "$config" "$1" 2>/dev/null
}

# Made once a boot, at the first look: before an engine of a first boot has fetched anything.
look_at_boot() {
  local process kind=first fields
  if [ -s "$boot" ]; then return 0; fi
  process=$(<"$root/proc/1/stat") || return
  # The name of the program is in brackets and may hold anything; 20 words later are the ticks, 100 to a second, at which it began.
  read -r -a fields <<<"${process##*) }"
  if [ -n "$(find "$models" -type f -print -quit 2>/dev/null)" ]; then kind=later; fi
  echo "$((fields[19] / 100)) $kind" >"$boot.new" && mv "$boot.new" "$boot"
}

# Prints the uptime at which the machine is to be off; nothing if it may stay on for ever.
due() {
  local line limit grace began kind
  line=$(timeout 2 head -c 100 "$kept" 2>/dev/null)
  if [[ $line =~ ^([0-9]{1,9}|none)\ (first|later|unknown)\ ([0-9]{1,9}|never)$ ]]; then
    line=${BASH_REMATCH[3]}
    if [ "$line" = never ]; then return 0; fi
    if [ "$((10#$line))" -le "$((now + longest))" ]; then
      echo "$((10#$line + margin))"
      return 0
    fi
  fi
  read -r began kind <"$boot" || return
  limit=$(number deadManSeconds) || limit=$usual_dead_man
  if [ "$limit" -eq 0 ]; then return 0; fi
  if [ "$kind" = first ]; then
    grace=$(number firstBootGraceSeconds) || grace=$usual_grace
    if [ "$grace" -gt "$limit" ]; then limit=$grace; fi
  fi
  echo "$((began + limit))"
}

read -r now _ <"$root/proc/uptime" || exit 1
now=${now%.*}
look_at_boot || exit 1
end=$(due) || exit 1
if [ -n "$end" ] && [ "$now" -ge "$end" ]; then
  readonly why='private-llm: no heartbeat of a controller, and the guest has not switched the machine off'
  echo "<4>$why"
  { echo "$why" >"$root/dev/console"; } 2>/dev/null
  exec systemctl --no-block poweroff
fi
