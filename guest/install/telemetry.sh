#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What this machine's GPUs and its engine say of themselves, for the guest, which may neither open a device nor read the journal. Run by a unit of its own,
# which gives the folder; every 15 s it puts there
#   gpu         a line for each GPU: index, utilisation in percent, used and whole memory in MiB, as nvidia-smi prints them; absent where there is no such program
#   engine.log  the last lines of the engine, as they are: the guest passes on only what is nobody's text
set -uo pipefail
readonly folder=${RUNTIME_DIRECTORY:?the unit names it} period=15 lines=300

# replace NAME COMMAND...: makes the file what this command prints, or removes it if that fails; nobody ever reads half of it
replace() {
  local name=$1
  shift
  if timeout 10 "$@" >"$folder/.$name" 2>/dev/null; then mv "$folder/.$name" "$folder/$name"; else rm -f "$folder/.$name" "$folder/$name"; fi
}

while true; do
  replace gpu nvidia-smi --query-gpu=index,utilization.gpu,memory.used,memory.total --format=csv,noheader,nounits
  replace engine.log journalctl --quiet --no-pager --output=cat --lines="$lines" --unit=private-llm-engine.service
  sleep "$period"
done
