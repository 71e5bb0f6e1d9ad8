#pragma once

#include <vector>

#include "tools/bench/codec/figures.hh"
#include "tools/bench/report/compared_figure.hh"

namespace skirret::bench {

// What two reports of `skirret-bench codec` are compared by: ours alone, each figure relative to libvpx in
// the same run, so that another machine's report serves too.
std::vector<ComparedFigure> codec_compared_figures();

// [{"key": what was measured on which clip, "values": {figure: [value]}}]
nlohmann::ordered_json compared_groups(const CodecFigures& figures);

}  // namespace skirret::bench
