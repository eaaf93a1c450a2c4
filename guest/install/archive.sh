#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the guest's archive: a Java runtime of just the modules that it needs, its jars, and what the machine's startup script installs from it.
#
#   guest/install/archive.sh FOLDER                  writes FOLDER/<SHA-256 of the archive>.tar.gz and prints "SHA-256 BYTES PATH"
#   guest/install/archive.sh --if-changed FOLDER     the same, unless the one in FOLDER was made of the same; where none can be made, leaves none and says so
#
# Needs what "./mvnw -pl guest -am package" leaves in guest/target, the JDK of the project, and GNU tar. It links a runtime for Linux on x86-64, which is what
# machines with a GPU are: only there can it be made. The same jars and the same JDK make the same bytes: order, times, owners and modes are fixed.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=../../.mvn/jdk.sh
. "$here/../../.mvn/jdk.sh"

if_changed=
if [ "${1-}" = --if-changed ]; then
  if_changed=yes
  shift
fi
if [ $# -ne 1 ]; then
  echo "usage: $0 [--if-changed] FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)

# cannot WHY: ends without an archive
cannot() {
  echo "$1" >&2
  if [ -z "$if_changed" ]; then exit 8; fi
  rm -f "$folder"/*.tar.gz "$folder/inputs"
  exit 0
}
if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  cannot "the guest's archive is linked on Linux on x86-64, by a JDK of that kind; this is $(uname -sm)"
fi
target=$here/../target
jar=$(find "$target" -maxdepth 1 -name 'privatellm-guest-*.jar' ! -name '*-tests.jar' ! -name '*-sources.jar' 2>/dev/null)
if [ -z "$jar" ] || [ ! -d "$target/lib" ]; then
  cannot "nothing to pack in guest/target; build it first:  ./mvnw -pl guest -am package"
fi

# Everything that the archive's bytes depend on.
inputs=$(cat "$JAVA_HOME/release" "$jar" "$target"/lib/*.jar "$here/archive.sh" "$here/Arguments.java" "$here/telemetry.sh" "$here/dead-man.sh" "$here"/units/* | sha256sum | cut -d ' ' -f 1)
if [ -n "$if_changed" ]; then
  old=$(find "$folder" -maxdepth 1 -name '*.tar.gz')
  if [ -f "$old" ] && [ "$(cat "$folder/inputs" 2>/dev/null)" = "$inputs" ]; then exit 0; fi
  rm -f "$folder"/*.tar.gz "$folder/inputs"
fi
work=$(mktemp -d "$folder/.archive.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/guest
mkdir -p "$root/lib" "$root/native"

# Jars: what the guest loads from, and libraries for this kind of machine only.
cp "$jar" "$root/lib/"
find "$target/lib" -name '*.jar' ! -name '*-osx-*' ! -name '*-windows-*' ! -name '*-linux-aarch_64*' -exec cp {} "$root/lib/" \;
"$JAVA_HOME/bin/java" -cp "$root/lib/*" "$here/Arguments.java" "$root/lib" >"$root/arguments"
for packed in "$root"/lib/*-linux-x86_64.jar; do
  (cd "$root/native" && "$JAVA_HOME/bin/jar" --extract --file "$packed" META-INF/native)
done
mv "$root"/native/META-INF/native/*.so "$root/native/"
rm -r "$root/native/META-INF"
# Jars that the argument file does not name, and those of which only the library is needed.
for each in "$root"/lib/*.jar; do
  name=${each##*/}
  case $name in
    *-linux-x86_64.jar) used='' ;;
    *) used=$(grep -F "lib/$name" "$root/arguments" || true) ;;
  esac
  if [ -z "$used" ]; then rm "$each"; fi
done
sed -i -E 's#:?lib/[^:]*-linux-x86_64\.jar##g' "$root/arguments"

# Found by running the guest, and checked by the machine's own tests: a class of a module that is missing ends it.
"$JAVA_HOME/bin/jlink" --add-modules java.base,java.logging,jdk.unsupported --vm server --compress zip-6 \
  --strip-debug --no-header-files --no-man-pages --output "$root/java"
cp -R "$here/units" "$root/units"
cp "$here/telemetry.sh" "$here/dead-man.sh" "$root/"

find "$root" -type d -exec chmod 0755 {} +
find "$root" -type f -perm /0100 -exec chmod 0755 {} +
find "$root" -type f ! -perm /0100 -exec chmod 0644 {} +
tar --create --directory "$root" --sort=name --format=posix --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' \
  --mtime='2020-01-01 00:00:00 UTC' --owner=0 --group=0 --numeric-owner . | gzip -n -6 >"$work/archive"
sum=$(sha256sum "$work/archive" | cut -d ' ' -f 1)
chmod 0644 "$work/archive"
mv "$work/archive" "$folder/$sum.tar.gz"
if [ -n "$if_changed" ]; then echo "$inputs" >"$folder/inputs"; fi
printf '%s %s %s\n' "$sum" "$(stat -c %s "$folder/$sum.tar.gz")" "$folder/$sum.tar.gz"
