#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Becomes the real engine that build.sh has built, with its tiny models, until it is stopped.
#
#   e2e/engine/start.sh PORT FOLDER     port 0 takes a free one; FOLDER, which is made, gets a copy of the models, the
#                                       program as "ollama", and everything that the engine writes
#
# What it says goes to standard error, "Listening on 127.0.0.1:PORT" among it. It is one process from the start to the end, besides those that it runs its
# models in and takes with it when it is asked to end (SIGTERM). Exit code 8: it has not been built; one line says how to.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
. "$here/folder.sh"

if [ $# -ne 2 ]; then
  echo "usage: $0 PORT FOLDER" >&2
  exit 2
fi
if ! is_complete; then
  echo "no real engine with the models of this tree in $engine; build it once, in about five minutes:  e2e/engine/build.sh" >&2
  exit 8
fi

mkdir -p "$2"
home=$(cd "$2" && pwd -P)
cp -R "$engine/tiny" "$home/models"
ln -s "$engine/ollama" "$home/ollama"
cd "$home"
# One request at a time: the same prompt then gets the same answer at temperature 0, whatever else is asked.
exec env -i PATH="$PATH" HOME="$home" OLLAMA_HOST="127.0.0.1:$1" OLLAMA_MODELS="$home/models" OLLAMA_KEEP_ALIVE=30m OLLAMA_CONTEXT_LENGTH=8192 \
  OLLAMA_NUM_PARALLEL=1 OLLAMA_MAX_QUEUE=4096 OLLAMA_MAX_LOADED_MODELS=3 OLLAMA_NOHISTORY=1 "$home/ollama" serve
