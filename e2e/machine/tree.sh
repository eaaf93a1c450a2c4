#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes, once, the system that the machine's tests boot: a Debian with systemd and Google's own runner of startup scripts, and with what a cloud image has
# that the startup script is to switch off (ssh, unattended upgrades).
#
#   e2e/machine/tree.sh     prints the folder; one to three minutes the first time, and 420 MB
#
# Needs root and debootstrap. Outside the repository, like the real engine; PRIVATE_LLM_MACHINE names another folder. It appears whole or not at all.
set -euo pipefail
suite=bookworm
tree=${PRIVATE_LLM_MACHINE:-${XDG_CACHE_HOME:-$HOME/.cache}/private-llm/machine/$suite-2}

if [ -e "$tree/complete" ]; then
  echo "$tree/root"
  exit 0
fi
mkdir -p "$(dirname "$tree")"
exec 9>"$tree.lock"
flock 9
if [ ! -e "$tree/complete" ]; then
  echo "machine: making a Debian $suite in $tree" >&2
  rm -rf "$tree"
  mkdir -p "$tree"
  {
    debootstrap --variant=minbase \
      --include=systemd,systemd-sysv,libpam-systemd,dbus,ca-certificates,curl,iproute2,procps,python3-minimal,openssh-server,unattended-upgrades,zstd \
      "$suite" "$tree/root" &&
      chroot "$tree/root" apt-get -q -y --no-install-recommends install google-guest-agent &&
      chroot "$tree/root" apt-get clean &&
      # Only the runner of startup scripts is wanted: the agent would set up accounts and network of a container.
      systemctl --root="$tree/root" --quiet mask google-guest-agent.service
  } >"$tree.log" 2>&1 || {
    tail -n 5 "$tree.log" >&2
    echo "machine: cannot make it; the whole log is $tree.log" >&2
    exit 1
  }
  : >"$tree/root/etc/machine-id"
  touch "$tree/complete"
  rm -f "$tree.log"
fi
echo "$tree/root"
