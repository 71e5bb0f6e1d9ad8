#include "transport/reassembly/frame_assembler.hh"

#include <algorithm>
#include <utility>

#include "transport/parity/erasure_code.hh"

namespace skirret::transport {

FrameAssembler::Outcome FrameAssembler::add(const DataPacket& packet, TimePoint arrival) {
  if (packet.frame < floor_) return Outcome::kTooOld;
  if (complete_.contains(packet.frame)) return Outcome::kDuplicate;
  auto it = partial_.find(packet.frame);
  if (it == partial_.end()) {
    if (!make_room(packet.frame, packet.frame_bytes)) return Outcome::kOverLimit;
    Partial partial;
    partial.source = packet.source;
    partial.fragments = packet.fragments;
    partial.frame_bytes = packet.frame_bytes;
    partial.first_arrival = arrival;
    bytes_ += packet.frame_bytes;
    it = partial_.emplace(packet.frame, std::move(partial)).first;
  }
  Partial& partial = it->second;
  if (partial.fragments != packet.fragments || partial.source != packet.source ||
      partial.frame_bytes != packet.frame_bytes)
    return Outcome::kInconsistent;
  const Outcome stored = store(partial, packet);
  if (stored != Outcome::kStored || partial.parts.size() + partial.rows.size() < partial.fragments)
    return stored;
  bytes_ -= partial.held_bytes();
  taken_ = AssembledFrame{packet.frame, partial.source, partial.join(), partial.first_arrival, arrival};
  partial_.erase(packet.frame);
  remember(packet.frame);
  return Outcome::kComplete;
}

FrameAssembler::Outcome FrameAssembler::store(Partial& partial, const DataPacket& packet) {
  if (packet.parity()) {
    const std::uint32_t row = packet.fragment - packet.fragments;
    if (partial.rows.contains(row)) return Outcome::kDuplicate;
    if (bytes_ + packet.bytes.size() > limits_.bytes) return Outcome::kOverLimit;
    partial.rows.emplace(row, ByteVector(packet.bytes.begin(), packet.bytes.end()));
    bytes_ += packet.bytes.size();
    return Outcome::kStored;
  }
  const auto [part, fresh] = partial.parts.try_emplace(packet.fragment);
  if (!fresh) return Outcome::kDuplicate;
  part->second.assign(packet.bytes.begin(), packet.bytes.end());
  return Outcome::kStored;
}

ByteVector FrameAssembler::Partial::join() const {
  ByteVector bytes(frame_bytes);
  std::vector<bool> have(fragments, false);
  for (const auto& [k, part] : parts) {
    have[k] = true;
    std::ranges::copy(part,
                      bytes.begin() + static_cast<std::ptrdiff_t>(fragment_begin(frame_bytes, k, fragments)));
  }
  if (parts.size() < fragments) rebuild(bytes, have, rows);
  return bytes;
}

std::size_t FrameAssembler::Partial::held_bytes() const {
  return frame_bytes + (rows.empty() ? 0 : rows.size() * rows.begin()->second.size());
}

std::optional<AssembledFrame> FrameAssembler::take() {
  return std::exchange(taken_, std::nullopt);
}

void FrameAssembler::drop_below(FrameNumber number) {
  floor_ = std::max(floor_, number);
  while (!partial_.empty() && partial_.begin()->first < floor_) forget(partial_.begin());
  complete_.erase(complete_.begin(), complete_.lower_bound(floor_));
}

bool FrameAssembler::make_room(FrameNumber number, std::size_t bytes) {
  if (bytes > limits_.bytes) return false;
  while (partial_.size() >= limits_.frames || bytes_ + bytes > limits_.bytes) {
    if (partial_.begin()->first > number) return false;
    forget(partial_.begin());
  }
  return true;
}

void FrameAssembler::forget(std::map<FrameNumber, Partial>::iterator it) {
  bytes_ -= it->second.held_bytes();
  partial_.erase(it);
}

void FrameAssembler::remember(FrameNumber number) {
  complete_.insert(number);
  while (complete_.size() > limits_.remembered) {
    drop_below(*complete_.begin() + 1);
  }
}

}  // namespace skirret::transport
