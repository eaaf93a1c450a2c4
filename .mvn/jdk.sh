# SPDX-License-Identifier: Apache-2.0
# Finds a JDK 25 or later; sourced by ./mvnw and ./private-llm, so that both take the same one.
# After sourcing, JAVA_HOME names it. If there is none, one message says what to install here, and the shell ends with 8.

required_jdk=25

# jdk_version HOME: the feature release that HOME/release states, or nothing
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" | head -n 1
}

is_jdk() {
  version=$(jdk_version "$1")
  [ -n "$version" ] && [ "$version" -ge "$required_jdk" ]
}

# jdk_of COMMAND: the home of the JDK that a java on the PATH belongs to, links followed (readlink -f is missing on old macOS)
jdk_of() {
  target=$(command -v "$1" 2>/dev/null) || return 0
  hops=0
  while [ -L "$target" ] && [ "$hops" -lt 20 ]; do
    link=$(readlink "$target")
    case $link in /*) target=$link ;; *) target=$(dirname "$target")/$link ;; esac
    hops=$((hops + 1))
  done
  (cd "$(dirname "$target")/.." 2>/dev/null && pwd -P) || true
}

find_jdk() {
  if [ -n "${JAVA_HOME-}" ] && is_jdk "$JAVA_HOME"; then printf '%s\n' "$JAVA_HOME"; return 0; fi
  home=$(jdk_of javac)
  if [ -n "$home" ] && is_jdk "$home"; then printf '%s\n' "$home"; return 0; fi
  home=${HOME-/nonexistent}
  # Word splitting off, globbing on: a home folder may hold spaces.
  saved_ifs=${IFS-}
  IFS='
'
  for candidate in \
    /usr/lib/jvm/*25* \
    "$home"/.sdkman/candidates/java/25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home \
    "$home"/Library/Java/JavaVirtualMachines/*25*/Contents/Home \
    /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    /opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk/libexec/openjdk.jdk/Contents/Home \
    /home/linuxbrew/.linuxbrew/opt/openjdk@25/libexec \
    "$home"/.asdf/installs/java/*25* \
    "$home"/.local/share/mise/installs/java/*25* \
    "$home"/.jdks/*25* \
    /opt/*jdk*25* /opt/java/*25*; do
    if is_jdk "$candidate"; then IFS=$saved_ifs; printf '%s\n' "$candidate"; return 0; fi
  done
  IFS=$saved_ifs
  return 1
}

install_hint() {
  case $(uname -s) in
    Darwin) echo 'brew install openjdk@25' ;;
    Linux)
      if command -v apt-get >/dev/null 2>&1; then
        echo 'apt-get install openjdk-25-jdk   (older releases: the package temurin-25-jdk of adoptium.net)'
      elif command -v dnf >/dev/null 2>&1; then echo 'dnf install java-25-openjdk-devel'
      elif command -v pacman >/dev/null 2>&1; then echo 'pacman -S jdk25-openjdk'
      elif command -v apk >/dev/null 2>&1; then echo 'apk add openjdk25-jdk'
      else echo 'sdk install java 25-tem   (sdkman.io)'; fi ;;
    *) echo 'any JDK 25 from adoptium.net' ;;
  esac
}

if JAVA_HOME=$(find_jdk); then
  export JAVA_HOME
else
  echo "private-llm needs a JDK $required_jdk or later; none was found in JAVA_HOME, on the PATH or in the usual folders." >&2
  echo "Install one:  $(install_hint)" >&2
  echo "or point JAVA_HOME at it, then run the same command again." >&2
  exit 8
fi
