#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "codec/base/result.hh"
#include "codec/base/time.hh"
#include "tools/cli/program.hh"

namespace skirret::cli {

// A log for machines: one JSON object a line, each with "t_ns" (CLOCK_MONOTONIC) and "event" first. Lines are
// whole whenever somebody reads the file (line buffered), so that a report can follow a running call.
class JsonLines {
 public:
  static Result<JsonLines> create(const std::string& path);

  void write(TimePoint at, const std::string& event, const Json& fields);
  // An error once a line could not be written (disk full); later lines are dropped.
  Result<void> status() const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  explicit JsonLines(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
  int error_ = 0;
};

}  // namespace skirret::cli
