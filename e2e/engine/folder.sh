# SPDX-License-Identifier: Apache-2.0
# Where the real engine is; sourced by build.sh and start.sh. Outside the tree, so that neither "clean" nor a second checkout costs a build.
# PRIVATE_LLM_ENGINE names another folder.

# The newest one that the Go module proxy serves.
version=0.17.4
engine=${PRIVATE_LLM_ENGINE:-${XDG_CACHE_HOME:-$HOME/.cache}/private-llm/engine/$version}
