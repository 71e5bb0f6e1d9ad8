#!/usr/bin/env bash
# tools/demo with the programs of this build: a short call ends with a summary and a page; Ctrl-C leaves nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export SKIRRET_BIN=$1

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
die() {
  echo "FAILED: $1" >&2
  cat "$folder"/*.said >&2 2>/dev/null || true
  exit 1
}

ffmpeg -v error -f lavfi -i testsrc2=size=160x96:rate=25 -t 2 -pix_fmt yuv420p "$folder/clip.y4m"
demo=(tools/demo --no-setup --no-build --clip "$folder/clip.y4m" --size source --trace constant:2)

"${demo[@]}" --duration 3 --out "$folder/out" >"$folder/call.said" 2>&1 || die "the call"
grep -q "frames shown" "$folder/call.said" || die "no summary"
grep -q "report: $folder/out/report.html" "$folder/call.said" || die "no word of the page"
grep -q "</html>" "$folder/out/report.html" || die "no whole page"
python3 - "$folder/out/call.json" <<'PYTHON' || die "the numbers of the call"
import json, sys
call = json.load(open(sys.argv[1]))
assert call["frames_shown"] >= 20, call
assert call["over_budget"] == 0, call
assert call["key_frames"] == 1, call
assert 0 < call["bytes_used"] <= call["bytes_offered"], call
assert call["ssim_y"] > 0.5, call
PYTHON
[[ ! -e $folder/out/received.y4m ]] || die "the video was kept without being asked for"

# Ctrl-C in mid-call, as a terminal sends it: to the whole process group. (A shell starts background jobs with
# SIGINT ignored, which no terminal does.)
setsid env --default-signal=INT "${demo[@]}" --duration 60 --out "$folder/cut" >"$folder/cut.said" 2>&1 &
for _ in {1..100}; do
  grep -q '"display"' "$folder/cut/receiver.jsonl" 2>/dev/null && break
  sleep 0.1
done
group=$(pgrep -f "tools/demo .*--out $folder/cut" | head -n 1)
kill -INT -- "-$group" || die "the demo was not running"
for _ in {1..150}; do
  pgrep -f "$folder/cut" >/dev/null || break
  sleep 0.1
done
if pgrep -af "$folder/cut" >&2; then die "processes that outlive the demo"; fi
grep -q interrupted "$folder/cut.said" || die "no word of the interruption"
echo "demo: one call and one interrupted"
