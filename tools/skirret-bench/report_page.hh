#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/skirret-bench/call_analysis.hh"
#include "tools/skirret-bench/charts.hh"

namespace skirret::bench {

// What the call was, in words for people.
struct CallTitle {
  std::string source;  // may be empty
  std::string link;
};

// The summary in lines for a terminal, each ended by a newline.
std::string summary_text(const CallTitle& title, const CallSummary& summary);

// The same as one JSON object.
nlohmann::ordered_json summary_json(const CallTitle& title, const CallSummary& summary);

// One HTML file that needs nothing else: no scripts, no fonts, no network. Light and dark.
std::string report_page(const CallTitle& title, const CallSummary& summary,
                        const std::vector<NotedChart>& charts);

// The first four charts as one SVG file for a document, light and dark.
std::string call_picture(const std::vector<NotedChart>& charts);

}  // namespace skirret::bench
