#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds what the tests with a real engine need, once: Ollama for the CPU, from Go modules, and tiny models for it.
#
#   e2e/engine/build.sh      about five minutes on two cores; 50 MB afterwards, and what Go keeps for later builds
#                            (0.9 GB; "go clean -cache -modcache" removes that)
#
# Needs Go, a C and a C++ compiler, and the JDK of the project. The result is the folder that folder.sh names. It appears whole or not at all: everything
# is made in a folder beside it and moved in at the end, so a build may be killed at any moment and started again. Of two at once, the second waits.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/folder.sh"

module=github.com/ollama/ollama
# A Go module never holds a folder named "vendor", where llama.cpp keeps three libraries of headers. They come from modules that have them elsewhere.
json_and_stb=$module@v0.6.8
miniaudio=github.com/gen2brain/malgo@v0.11.24

say() { printf 'engine: %s\n' "$*" >&2; }
fail() {
  say "$@"
  exit 1
}

missing() {
  case $(uname -s) in
    Darwin) hint='brew install go; xcode-select --install' ;;
    *) hint='apt-get install golang gcc g++, or the packages of the same names; a newer Go: https://go.dev/dl' ;;
  esac
  say "Ollama cannot be built without $1  ($hint)"
  exit 8
}

if is_complete; then
  say "Ollama $version is there: $engine"
  exit 0
fi

command -v go >/dev/null 2>&1 || PATH=$PATH:/usr/local/go/bin
command -v go >/dev/null 2>&1 || missing Go
# From 1.21 on, Go fetches the newer one that a module asks for.
case $(go env GOVERSION) in
  go1.[0-9] | go1.[0-9].* | go1.1[0-9]* | go1.20*) missing 'Go 1.21 or later' ;;
esac
for compiler in "$(go env CC)" "$(go env CXX)"; do
  command -v "${compiler%% *}" >/dev/null 2>&1 || missing "the compiler $compiler"
done
. "$here/../../.mvn/jdk.sh"

parent=$(dirname "$engine")
mkdir -p "$parent"
lock=$engine.lock
work=$engine.work.$$
log=$engine.log
child=
began=$(date +%s)
elapsed() { echo "$(($(date +%s) - began)) s"; }

# end_tree PROCESS: asks it and all that it has started to end, the youngest first
end_tree() {
  for started in $(ps -A -o pid= -o ppid= 2>/dev/null | awk -v parent="$1" '$2 == parent { print $1 }'); do
    end_tree "$started"
  done
  kill "$1" 2>/dev/null || true
}

end() {
  if [ -n "$child" ]; then
    end_tree "$child"
    wait "$child" 2>/dev/null || true
  fi
  rm -rf "$work"
  if holds_lock; then rm -rf "$engine.headers" "$lock"; fi
}

holds_lock() { [ "$(cat "$lock/pid" 2>/dev/null)" = $$ ]; }

# interrupted CODE: nobody asks for the log of a build that was called off
interrupted() {
  if holds_lock; then rm -f "$log"; fi
  exit "$1"
}

# The lock only saves the second build its work: each has its own folder, and moves a whole one in. A holder is gone if its process is, or if it has
# not touched the lock for two minutes (its number belongs to another one now).
take_lock() {
  said=
  until mkdir "$lock" 2>/dev/null; do
    holder=$(cat "$lock/pid" 2>/dev/null || true)
    if { [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; } || [ -n "$(find "$lock" -prune -mmin +2 2>/dev/null)" ]; then
      rm -rf "$lock" "$engine.work.${holder:-none}"
      continue
    fi
    [ -n "$said" ] || say "another build runs (process ${holder:-unknown}); waiting for it"
    said=yes
    sleep 1
  done
  echo $$ >"$lock/pid"
}

# watched WHAT COMMAND...: runs it with its output in the log, says every 15 seconds that it still does, and keeps the lock fresh
watched() {
  what=$1
  shift
  "$@" >>"$log" 2>&1 &
  child=$!
  seconds=0
  while kill -0 "$child" 2>/dev/null; do
    sleep 1
    seconds=$((seconds + 1))
    touch "$lock"
    [ $((seconds % 15)) -ne 0 ] || say "$what, $(elapsed)"
  done
  if wait "$child"; then child=; return 0; fi
  child=
  grep -v '^go: downloading' "$log" | grep -E -m 3 'error|cannot|required|fatal' >&2 || tail -n 3 "$log" >&2
  fail "$what: failed; the whole log is $log"
}

# download MODULE@VERSION: prints the folder of the module, which is read-only
download() {
  go mod download -json "$1" 2>>"$log" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p' | grep . ||
    { sed -n 's/.*"Error": "\(.*\)".*/\1/p' "$log" >&2; fail "cannot download $1; the whole log is $log"; }
}

# The headers, in a folder of a fixed name: it is a part of what the compiler is asked, and Go recognises what an earlier build has finished by that.
headers() {
  say "fetching the sources of Ollama $version"
  mkdir -p "$work/headers/nlohmann" "$work/headers/stb" "$work/headers/miniaudio"
  cd "$work"
  download "$module@v$version" >/dev/null
  old=$(download "$json_and_stb")
  audio=$(download "$miniaudio")
  cp "$old/llama/llama.cpp/common/json.hpp" headers/nlohmann/
  echo '#include "json.hpp"' >headers/nlohmann/json_fwd.hpp
  cp "$old/llama/llama.cpp/common/stb_image.h" headers/stb/
  cp "$audio/miniaudio.h" headers/miniaudio/
  rm -rf "$engine.headers"
  mv headers "$engine.headers"
}

compile() {
  mkdir "$work/go"
  # Without these, Go compiles for the oldest x86-64: no AVX, and long prompts take twenty times as long.
  flags=-O2
  if [ "$(uname -m)" = x86_64 ] && grep -qw avx2 /proc/cpuinfo 2>/dev/null && grep -qw f16c /proc/cpuinfo; then
    flags='-O2 -march=x86-64-v3'
  fi
  CGO_ENABLED=1 CGO_CFLAGS=$flags CGO_CXXFLAGS="$flags -I$engine.headers" GOFLAGS=-mod=mod GOBIN=$work GOTMPDIR=$work/go \
    nice -n 10 go install -trimpath \
    -ldflags "-X=$module/version.Version=$version -X=$module/server.mode=release" "$module@v$version"
}

# Writes the models and has Ollama take them in, which also proves that it can load what it was given.
models() {
  mkdir -p "$work/tiny" "$work/home" "$work/gguf"
  "$JAVA_HOME/bin/java" "$recipe/TinyModels.java" "$work/gguf"
  HOME=$work/home OLLAMA_HOST=127.0.0.1:0 OLLAMA_MODELS=$work/tiny OLLAMA_NOHISTORY=1 "$1" serve >"$work/serve.log" 2>&1 &
  server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  tries=0
  until address=$(grep -o 'Listening on [0-9.:]*' "$work/serve.log"); do
    tries=$((tries + 1))
    { kill -0 "$server" && [ "$tries" -lt 30 ]; } || { cat "$work/serve.log"; return 1; }
    sleep 1
  done
  cd "$work/gguf"
  for file in *.Modelfile; do
    HOME=$work/home OLLAMA_HOST=${address#Listening on } "$1" create "${file%.Modelfile}" -f "$file" || return 1
  done
  cp -R "$recipe" "$work/tiny/recipe"
}

trap end EXIT
trap 'interrupted 130' INT
trap 'interrupted 143' TERM HUP
take_lock
if is_complete; then
  say "Ollama $version is there now: $engine"
  exit 0
fi
# What builds have left that were ended without being asked.
for left in "$engine".work.*; do
  kill -0 "${left##*.}" 2>/dev/null || rm -rf "$left"
done
mkdir -p "$work"
: >"$log"

if [ ! -x "$engine/ollama" ]; then
  headers
  watched "compiling Ollama $version" compile
  mkdir -p "$engine"
  mv "$work/ollama" "$engine/ollama"
fi
watched 'making the tiny models' models "$engine/ollama"
rm -rf "$engine/tiny"
mv "$work/tiny" "$engine/tiny"
rm -f "$log"
say "built Ollama $version in $(elapsed): $engine"
