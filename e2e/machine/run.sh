#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The guest on a real machine: boots a Debian with systemd, lets Google's runner run our startup script, and looks at what comes of it.
#
#   e2e/machine/run.sh     about two minutes, and as much again the first time, for the system that it boots
#
# The archive is the real one, the engine is the real one (e2e/engine/build.sh); the metadata server answers at its own address, and Google's names lead to
# this test, in a network that only it and its machine are in. Needs Linux, root, debootstrap, systemd-nspawn, openssl, python3, and what "./mvnw -pl guest -am package" leaves.
# What is installed for it and missing is named, with exit code 8.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

need() {
  command -v "$1" >/dev/null && return
  echo "$1 is missing; install the package $2" >&2
  exit 8
}
if [ "$(id -u)" -ne 0 ]; then
  echo "a machine is booted by root only" >&2
  exit 8
fi
need debootstrap debootstrap
need systemd-nspawn systemd-container
need openssl openssl
need python3 python3
need ip iproute2
need setpriv util-linux
need zstd zstd
need shellcheck shellcheck

shellcheck -x -P SCRIPTDIR "$here"/*.sh "$here"/../../guest/install/*.sh
# shellcheck disable=SC2016  # the shell that it is for expands it
engine_folder=$(sh -c 'here=$1; . "$here/folder.sh"; is_complete && echo "$engine"' sh "$here/../engine") || {
  echo "no real engine; build it once:  e2e/engine/build.sh" >&2
  exit 8
}
# shellcheck source=../../.mvn/jdk.sh
. "$here/../../.mvn/jdk.sh"
PATH=$JAVA_HOME/bin:$PATH
tree=$("$here/tree.sh")
work=$(mktemp -d "${TMPDIR:-/tmp}/private-llm-machine.XXXXXX")
trap 'rm -rf "$work"' EXIT
"$here/../../guest/install/archive.sh" "$work/bucket"

# A network, mounts and processes of their own. Whoever ends this script ends all of them, however he does it: the first process of theirs gets its end from the
# kernel, and the kernel takes the others with it, the machine's own first process among them.
# shellcheck disable=SC2016  # the shell that it is for expands it
setpriv --pdeathsig KILL unshare --net --mount --pid --fork --kill-child=KILL --mount-proc --propagation private bash -euc '
  ip link set lo up
  ip address add 169.254.169.254/32 dev lo
  exec python3 -B "$0/suite.py" "$@"' "$here" "$tree" "$engine_folder" "$work"
