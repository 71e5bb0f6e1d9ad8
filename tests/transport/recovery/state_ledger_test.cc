#include "transport/recovery/state_ledger.hh"

#include <algorithm>

#include <gtest/gtest.h>

namespace skirret::transport {
namespace {

using Kind = StateLedger::Change::Kind;

StateId id_of(FrameNumber frame) {
  return {1000 + frame};
}

void send(StateLedger& ledger, FrameNumber frame, FrameNumber source) {
  ledger.sent(frame, source);
  ledger.set_state(frame, id_of(frame));
}

Ack holding(std::vector<FrameNumber> frames, std::uint32_t max_states = 64) {
  Ack ack;
  ack.ranges = {{0, 0}};
  ack.max_states = max_states;
  std::ranges::sort(frames, std::greater<>());
  for (const FrameNumber frame : frames) ack.frames.push_back({frame, true, false, id_of(frame)});
  return ack;
}

// Frames 1 (key), 2, 3, 4, each from the one before.
StateLedger chain_of_four() {
  StateLedger ledger;
  send(ledger, 1, 0);
  for (FrameNumber frame = 2; frame <= 4; ++frame) send(ledger, frame, frame - 1);
  return ledger;
}

TEST(StateLedger, StartsWithAKeyFrameAndGoesOnFromTheLastOneSent) {
  StateLedger ledger;
  EXPECT_EQ(ledger.source(), 0u);
  send(ledger, 1, 0);
  EXPECT_EQ(ledger.source(), 1u);
  send(ledger, 2, 1);
  EXPECT_EQ(ledger.source(), 2u);
  EXPECT_EQ(ledger.source(), ledger.tip());
}

TEST(StateLedger, AfterALossGoesOnFromTheNewestStateThatIsHeld) {
  StateLedger ledger = chain_of_four();
  ledger.acked(holding({1, 2}));
  EXPECT_EQ(ledger.oldest_needed(), 2u);
  const auto changes = ledger.packet_lost(3, false);
  ASSERT_EQ(changes.size(), 2u);  // 4 hangs on 3
  EXPECT_EQ(changes[1].frame, 4u);
  EXPECT_EQ(ledger.source(), 2u);
  EXPECT_NE(ledger.source(), ledger.tip());
  EXPECT_FALSE(ledger.may_code_from(4));
  send(ledger, 5, 2);
  EXPECT_EQ(ledger.source(), 5u);
  EXPECT_EQ(ledger.source(), ledger.tip());
}

TEST(StateLedger, NothingIsAskedToBeAKeyFrameForRecovery) {
  StateLedger ledger = chain_of_four();
  EXPECT_TRUE(ledger.must_deliver(1));  // nothing held: what is lost has to be sent again
  ledger.acked(holding({1}));
  EXPECT_FALSE(ledger.must_deliver(2));
  for (FrameNumber frame = 2; frame <= 4; ++frame) ledger.packet_lost(frame, false);
  EXPECT_EQ(ledger.source(), 1u);
}

TEST(StateLedger, ALateFrameIsHeldAfterAll) {
  StateLedger ledger = chain_of_four();
  ledger.acked(holding({1}));
  ledger.packet_lost(2, true);
  const auto changes = ledger.acked(holding({1, 2, 3, 4}));
  EXPECT_EQ(std::ranges::count(changes, Kind::kHeld, &StateLedger::Change::kind), 3);
  EXPECT_EQ(ledger.source(), 4u);
}

TEST(StateLedger, AnotherIdMeansNotHeldAndIsNeverUsed) {
  StateLedger ledger = chain_of_four();
  Ack ack = holding({1, 2});
  ack.frames[0].id = StateId{666};
  const auto changes = ledger.acked(ack);
  const auto mismatch = std::ranges::find(changes, Kind::kMismatch, &StateLedger::Change::kind);
  ASSERT_NE(mismatch, changes.end());
  EXPECT_EQ(mismatch->frame, 2u);
  EXPECT_EQ(ledger.mismatches(), 1u);
  EXPECT_FALSE(ledger.held(2));
  EXPECT_FALSE(ledger.may_code_from(2));
  EXPECT_EQ(ledger.source(), 1u);
  EXPECT_EQ(ledger.acked(ack).size(), 0u);  // told once
}

TEST(StateLedger, AHeldStateWithoutItsIdIsNotTrusted) {
  StateLedger ledger = chain_of_four();
  Ack ack = holding({1});
  ack.frames[0].id.reset();
  ledger.acked(ack);
  EXPECT_FALSE(ledger.held(1));
}

TEST(StateLedger, IdsThatComeBeforeOursWaitToBeCompared) {
  StateLedger ledger;
  ledger.sent(1, 0);
  EXPECT_EQ(ledger.source(), 0u);  // its state is still being made
  ledger.acked(holding({1}));
  EXPECT_FALSE(ledger.held(1));
  const auto changes = ledger.set_state(1, id_of(1));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].kind, Kind::kHeld);
  EXPECT_EQ(ledger.source(), 1u);
  ledger.sent(2, 1);
  EXPECT_EQ(ledger.source(), 1u);  // until 2 is told
}

TEST(StateLedger, AStateDroppedOverThereIsNoSource) {
  StateLedger ledger = chain_of_four();
  ledger.acked(holding({1, 2}));
  ledger.packet_lost(3, false);
  ledger.acked(holding({1}));
  EXPECT_FALSE(ledger.may_code_from(2));
}

TEST(StateLedger, WhatIsOnItsWayKeepsItsSourceNeeded) {
  StateLedger ledger = chain_of_four();
  ledger.acked(holding({1}));
  ledger.packet_lost(2, true);  // 3 and 4 hang on it; it is sent again
  send(ledger, 5, 1);
  ledger.acked(holding({1, 2, 3, 4}));
  EXPECT_EQ(ledger.newest_held(), 4u);
  EXPECT_EQ(ledger.oldest_needed(), 1u);  // for 5
  EXPECT_TRUE(ledger.needs_state(1));
  ledger.packet_lost(5, true);
  ledger.acked(holding({1, 2, 3, 4}));
  EXPECT_EQ(ledger.oldest_needed(), 1u);
  ledger.stop_awaiting_below(6);
  ledger.acked(holding({1, 2, 3, 4}));
  EXPECT_EQ(ledger.oldest_needed(), 4u);
  EXPECT_FALSE(ledger.needs_state(1));
}

TEST(StateLedger, WhatArrivedWithoutItsIdIsNoLongerOnItsWay) {
  StateLedger ledger = chain_of_four();
  ledger.acked(holding({1}));
  Ack ack = holding({1, 2, 3, 4});
  for (AckedFrame& frame : ack.frames)
    if (frame.number < 4) frame.id.reset();  // an ack carries the newest ids only
  ledger.acked(ack);
  EXPECT_EQ(ledger.newest_held(), 4u);
  EXPECT_EQ(ledger.oldest_needed(), 4u);
}

TEST(StateLedger, StopsBeforeTheNewestHeldStateCouldFallOutOfTheCap) {
  StateLedger ledger;
  send(ledger, 1, 0);
  ledger.acked(holding({1}, 5));
  EXPECT_EQ(ledger.room(), 3u);
  send(ledger, 2, 1);
  send(ledger, 3, 2);
  EXPECT_EQ(ledger.room(), 1u);
  send(ledger, 4, 3);
  EXPECT_EQ(ledger.room(), 0u);
  ledger.acked(holding({1, 2, 3}, 5));
  EXPECT_EQ(ledger.room(), 2u);
}

TEST(StateLedger, OlderStatesServeUntilAWantedKeyFrameIsHeld) {
  StateLedger ledger = chain_of_four();
  ledger.acked(holding({1, 2, 3, 4}));
  ledger.want_key_frame();
  EXPECT_EQ(ledger.source(), 0u);
  EXPECT_TRUE(ledger.may_code_from(4));
  send(ledger, 5, 4);  // the old picture size goes on while the key frame does not fit
  EXPECT_EQ(ledger.source(), 0u);
  send(ledger, 6, 0);
  EXPECT_EQ(ledger.source(), 6u);
  EXPECT_TRUE(ledger.may_code_from(4));
  EXPECT_TRUE(ledger.must_deliver(6));
  ledger.acked(holding({4, 5}));
  EXPECT_EQ(ledger.source(), 6u);
  EXPECT_LE(ledger.oldest_needed(), 5u);
  ledger.acked(holding({4, 5, 6}));
  EXPECT_EQ(ledger.oldest_needed(), 6u);
  EXPECT_FALSE(ledger.may_code_from(5));
}

}  // namespace
}  // namespace skirret::transport
