#!/usr/bin/env bash
# The development scripts are clean shell, explain themselves and refuse what they do not know with exit 2.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

failures=0
expect() {  # expect WANTED-STATUS WORDS COMMAND…: the command exits so and says so
  local wanted=$1 words=$2 said status
  shift 2
  said=$("$@" 2>&1 </dev/null)
  status=$?
  if [[ $status != "$wanted" || $said != *"$words"* ]]; then
    printf 'FAILED: %s\n  wanted exit %s and "%s"; got exit %s and:\n%s\n' "$*" "$wanted" "$words" "$status" "$said"
    failures=$((failures + 1))
  fi
}

mapfile -t scripts < <(grep -lE '^#!.*\b(bash|sh)$' tools/* .ci/* tests/*/*.sh 2>/dev/null)
expect 0 "" shellcheck "${scripts[@]}"

for script in tools/*; do
  [[ -f $script && -x $script ]] || continue
  expect 0 "$script" "$script" --help
done
expect 2 "unknown argument" tools/setup --no-such-option
expect 2 "unknown argument" tools/format --no-such-option
expect 2 "no preset" tools/test --preset none
expect 2 "needs a value" tools/test --preset
expect 2 "above 0" tools/test --jobs 0
expect 2 "usage: tools/cloud-clips FOLDER" tools/cloud-clips --no-such-option
expect 2 "usage: tools/with-cores N COMMAND" tools/with-cores 0 true
expect 2 "unknown option" tools/demo --no-such-option
expect 2 "needs a value" tools/demo --clip
expect 2 "cannot read the clip" tools/demo --clip /nonexistent.mp4
expect 2 "cannot read the trace" tools/demo --trace /nonexistent.up
expect 2 "whole seconds" tools/demo --duration 0
expect 2 "wants WxH" tools/demo --size large
expect 2 "needs a display" env -u DISPLAY -u WAYLAND_DISPLAY tools/demo --display
expect 1 "cannot write into" tools/demo --out /dev/null/demo

# With nothing missing a second run neither says nor does anything.
expect 0 "" tools/setup --dry-run build test

# A missing package is named, and nothing is installed on a dry run.
pretend=$(mktemp -d)
trap 'rm -rf "$pretend"' EXIT
printf '#!/bin/sh\nexit 1\n' >"$pretend/dpkg-query"
chmod +x "$pretend/dpkg-query"
expect 1 "missing packages: " env PATH="$pretend:$PATH" tools/setup --dry-run build

((failures == 0)) && echo "scripts: ${#scripts[@]} checked"
exit $((failures > 0))
