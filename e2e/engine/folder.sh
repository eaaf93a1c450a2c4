# SPDX-License-Identifier: Apache-2.0
# Where the real engine is, and whether it is there; sourced by build.sh and start.sh, with $here set to this folder. Outside the tree, so that neither "clean" nor a second checkout costs a build.
# PRIVATE_LLM_ENGINE names another folder.

# The newest one that the Go module proxy serves.
version=0.17.4
engine=${PRIVATE_LLM_ENGINE:-${XDG_CACHE_HOME:-$HOME/.cache}/private-llm/engine/$version}

# What the tiny models are made from; a copy of it lies beside them, so that a change makes them anew.
recipe=$here/../src/test/java/dev/privatellm/e2e/tiny
is_complete() { [ -x "$engine/ollama" ] && diff -r "$recipe" "$engine/tiny/recipe" >/dev/null 2>&1; }
