#include "transport/wire/control.hh"

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

SenderNotes some_notes() {
  SenderNotes notes;
  notes.sent.ticks = 77;
  notes.train_first = true;
  notes.oldest_needed = 300;
  notes.oldest_unsettled = 70'000;
  return notes;
}

template <class Parse>
void expect_refused_when_cut(const ByteVector& written, Parse parse, std::size_t shortest) {
  for (std::size_t size = 0; size < written.size(); ++size)
    EXPECT_EQ(parse(Bytes(written).first(size)).has_value(), size >= shortest) << size;
}

TEST(Probe, ComesBackAsItWasWritten) {
  const Probe probe{some_notes(), 100};
  const ByteVector written = write_probe(probe);
  EXPECT_EQ(written.size(), 100u);
  EXPECT_EQ(parse_probe(written).value(), probe);
}

TEST(Probe, PaddingMayBeShortButNeverTheNotes) {
  const std::size_t least = write_ping({some_notes()}).size();
  expect_refused_when_cut(write_probe({some_notes(), 64}), parse_probe, least);
}

TEST(Probe, RefusesPaddingWithContentAndTooMuchOfIt) {
  ByteVector written = write_probe({some_notes(), kMaxProbeBytes});
  written.back() = 1;
  EXPECT_FALSE(parse_probe(written));
  written.back() = 0;
  written.push_back(0);
  EXPECT_FALSE(parse_probe(written));
}

TEST(Ping, ComesBackAndIsRefusedWhenCutOrLonger) {
  ByteVector written = write_ping({some_notes()});
  EXPECT_EQ(parse_ping(written).value(), Ping{some_notes()});
  expect_refused_when_cut(written, parse_ping, written.size());
  written.push_back(0);
  EXPECT_FALSE(parse_ping(written));
}

TEST(Close, ComesBackAndIsRefusedWhenCutOrLonger) {
  const Close close{CloseReason::kFault, "disk full"};
  ByteVector written = write_close(close);
  EXPECT_EQ(parse_close(written).value(), close);
  expect_refused_when_cut(written, parse_close, written.size());
  written.push_back(0);
  EXPECT_FALSE(parse_close(written));
}

TEST(Close, TextIsCappedAndMadePrintable) {
  const auto read = parse_close(write_close({CloseReason::kDone, std::string(500, 'x')}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, std::string(kMaxCloseText, 'x'));
  const ByteVector hostile = {5, 0, 3, 0x1b, '[', 0x07};  // terminal escapes do not reach a log
  EXPECT_EQ(parse_close(hostile).value().text, "?[?");
  const ByteVector unknown_reason = {5, 9, 0};
  EXPECT_FALSE(parse_close(unknown_reason));
}

}  // namespace
}  // namespace skirret::transport
