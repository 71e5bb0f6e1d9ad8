#include <algorithm>
#include <utility>

#include "transport/session/send_stream.hh"

// The path under the stream: moves of either end, and how long a datagram may be.
namespace skirret::transport {
namespace {

// Bytes a second from which on fewer headers are worth longer packets: on a slow link those hold up the next
// one, and of two calls that share a queue counted in packets the one with longer ones takes more.
constexpr double kFastPace = 2.5e6;

std::size_t datagram_bytes(const SentPacket& packet) {
  return packet.left_path ? 0 : packet.wire_bytes - kIpUdpBytes;
}

}  // namespace

// The receiver has seen us at another address: it is we who moved.
void SendStream::take_path_challenge(Bytes payload, const Address& from, TimePoint now) {
  const auto challenge = parse_path_challenge(payload);
  const auto how = challenge ? path_.challenged(*challenge, from) : PeerPath::Challenged::kRefused;
  if (how == PeerPath::Challenged::kRefused) ++counters_.refused_datagrams;
  if (how == PeerPath::Challenged::kFirst) start_anew(rate_.round_trip(), now);
}

void SendStream::take_path_response(Bytes payload, const Address& from, TimePoint now) {
  const auto response = parse_path_response(payload);
  if (response && path_.answered(*response, from, now)) start_anew(path_.round_trip(), now);
}

void SendStream::start_anew(Duration round_trip, TimePoint now) {
  ++counters_.moves;
  rate_.opened(round_trip, now);
  pacer_.set_rate(rate_.pace_bytes_per_second());
  sent_.leave_path();
  mtu_.path_changed(now);
  use_size(mtu_.size());
}

std::optional<Datagram> SendStream::poll_path(TimePoint now) {
  if (auto datagram = path_.poll(channel_, now)) return datagram;
  // A size is tried where a frame could go: never in an outage, nor before the receiver has a state.
  if (now < size_probe_due(now)) return std::nullopt;
  const auto size = mtu_.probe(now);
  if (!size) return std::nullopt;
  mtu_.probe_sent();
  return seal_control(PacketKind::kSizeProbe, now, *size - SealedChannel::kOverhead);
}

// While it cannot go out it does not wake anybody: the stream is asked often enough.
TimePoint SendStream::size_probe_due(TimePoint now) const {
  const bool may = pacer_.rate() >= kFastPace && ledger_.newest_held() != 0 && waiting_.empty() &&
                   !rate_.outage(sent_.bytes_in_flight(), now);
  return may ? std::max(mtu_.next_deadline(), pacer_.next()) : kNever;
}

void SendStream::mind_sizes(const AckOutcome& outcome, TimePoint now) {
  for (const DeliveredPacket& delivered : outcome.delivered) {
    const std::size_t size = datagram_bytes(delivered.packet);
    if (delivered.packet.kind != PacketKind::kSizeProbe)
      mtu_.delivered(delivered.packet.number, size);
    else if (mtu_.probe_delivered(size, now))
      use_size(mtu_.size());
  }
}

void SendStream::mind_lost_sizes(const std::vector<SentPacket>& lost, TimePoint now) {
  for (const SentPacket& packet : lost) {
    if (packet.kind == PacketKind::kSizeProbe)
      mtu_.probe_lost(now);
    else if (mtu_.lost(packet.number, datagram_bytes(packet), now))
      use_size(mtu_.size());
  }
}

void SendStream::use_size(std::size_t datagram) {
  packetizer_ = Packetizer({datagram - SealedChannel::kOverhead, kIpUdpBytes + SealedChannel::kOverhead});
  // What was cut for longer datagrams and has not left cannot leave as it is.
  std::vector<FrameNumber> too_long;
  for (const Waiting& waiting : waiting_) {
    const auto it = frames_.find(waiting.frame);
    if (it != frames_.end() && !fits_path(it->second)) too_long.push_back(waiting.frame);
  }
  for (const FrameNumber number : too_long)
    if (!frames_.at(number).given_up) abandon(number);
}

bool SendStream::fits_path(const Outgoing& frame) const {
  return longest_fragment(frame.bytes.size(), frame.layout.fragments) <= packetizer_.fragment_capacity();
}

}  // namespace skirret::transport
