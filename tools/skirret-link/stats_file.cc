#include "tools/skirret-link/stats_file.hh"

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace skirret::link {

using transport::LinkEvent;
using transport::LinkEventKind;

namespace {

constexpr std::size_t kFlushAt = std::size_t{1} << 20;

const char* name_of(LinkEventKind kind) {
  switch (kind) {
    case LinkEventKind::kOpportunity:
      return "opportunity";
    case LinkEventKind::kEnqueue:
      return "enqueue";
    case LinkEventKind::kDequeue:
      return "dequeue";
    case LinkEventKind::kDropQueue:
      return "drop_queue";
    case LinkEventKind::kDropLoss:
      return "drop_loss";
  }
  return "";
}

}  // namespace

Result<StatsFile> StatsFile::create(const std::string& path) {
  transport::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file.valid()) {
    return fail(ErrorCode::kIo,
                "cannot write " + path + ": " + std::strerror(errno) + "; choose another place");
  }
  return StatsFile(path, std::move(file));
}

StatsFile::StatsFile(std::string path, transport::Descriptor file)
    : path_(std::move(path)), file_(std::move(file)) {}

void StatsFile::write(const char* direction, const LinkEvent& event) {
  if (error_ != 0) return;
  std::array<char, 240> line;
  int size = std::snprintf(line.data(), line.size(),
                           R"({"t_ns":%)" PRId64 R"(,"event":"%s","direction":"%s","bytes":%u)",
                           to_ns(event.at), name_of(event.kind), direction, event.bytes);
  const auto add = [&](const char* field, std::uint64_t value) {
    const auto used = static_cast<std::size_t>(size);
    size += std::snprintf(line.data() + used, line.size() - used, R"(,"%s":%)" PRIu64, field, value);
  };
  if (event.kind != LinkEventKind::kOpportunity) add("packet", event.packet);
  if (event.kind == LinkEventKind::kDequeue)
    add("queued_ns", static_cast<std::uint64_t>(event.queued.count()));
  append(line.data(), size);
}

void StatsFile::write_sent(const char* direction, std::uint64_t packet, TimePoint at, Duration late) {
  if (error_ != 0) return;
  std::array<char, 240> line;
  const int size = std::snprintf(line.data(), line.size(),
                                 R"({"t_ns":%)" PRId64 R"(,"event":"sent","direction":"%s","packet":%)" PRIu64
                                 R"(,"late_ns":%)" PRId64,
                                 to_ns(at), direction, packet, std::int64_t{late.count()});
  append(line.data(), size);
}

void StatsFile::append(const char* line, int size) {
  pending_.append(line, static_cast<std::size_t>(size));
  pending_ += "}\n";
  if (pending_.size() >= kFlushAt) flush();
}

void StatsFile::flush() {
  std::size_t done = 0;
  while (done < pending_.size() && error_ == 0) {
    const ssize_t written = ::write(file_.get(), pending_.data() + done, pending_.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  pending_.clear();
}

Result<void> StatsFile::status() const {
  if (error_ == 0) return {};
  return fail(ErrorCode::kIo,
              "cannot write " + path_ + ": " + std::strerror(error_) + "; its last lines are missing");
}

}  // namespace skirret::link
