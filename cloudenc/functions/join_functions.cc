#include <algorithm>
#include <optional>
#include <utility>

#include "cloudenc/functions/copied_vectors.hh"
#include "cloudenc/functions/function_list.hh"
#include "cloudenc/functions/given_state.hh"
#include "cloudenc/functions/inputs.hh"
#include "codec/decoder/decoder.hh"
#include "codec/encoder/encoder.hh"
#include "codec/encoder/rebase.hh"

namespace skirret::cloudenc {
namespace {

using codec::State;

Result<void> bridge(Call& call) {
  const auto level = call.arguments().at("level").get<int>();
  const auto improve = call.arguments().at("improve").get<bool>();
  const auto before = input_frames(call, 0, 0);
  const auto own = before ? input_frames(call, 1, 0) : before;
  if (!own) return tl::unexpected(own.error());
  const auto last_blob = call.input(0, 1), first_blob = call.input(1, 1);
  if (!last_blob || !first_blob) return tl::unexpected((last_blob ? first_blob : last_blob).error());
  const auto last_source = picture_of(*last_blob), target = picture_of(*first_blob);
  if (!last_source || !target) return tl::unexpected((last_source ? target : last_source).error());
  const auto ending = chunk_end(*before);
  if (!ending) return tl::unexpected(ending.error());
  if (own->empty() || before->empty()) return fail(ErrorCode::kInvalid, "a chunk without frames");
  const auto key = codec::parse({}, own->front());
  if (!key) return tl::unexpected(key.error());
  auto after = first_vectors(*own);
  if (!after) return tl::unexpected(after.error());

  // At the quantizer of the key frame that it stands for.
  codec::Hints hints;
  hints.previous_vectors = ending->vectors;
  hints.seeds = copied_vectors(*last_source, *target);
  if (!after->empty()) hints.seeds.push_back(std::move(*after));
  hints.previous_source = *last_source;
  hints.golden_age = static_cast<int>(before->size());
  // Altref stays what the batch began with, for what was covered then.
  const GivenStateOptions options{
      .quantizer = key->header.quantizer.y_ac, .effort = level, .refresh_altref = false, .improve = improve};
  const auto candidate = encode_given_state(ending->state, *target, hints, options);
  if (!candidate) return tl::unexpected(candidate.error());
  const std::vector<ByteVector> frames = {candidate->bytes};
  if (auto done = call.emit(ivf_blob(target->dimensions(), frames)); !done) return done;
  return call.emit(context_blob(ending->state));
}

// One chunk's frames put onto another state, one after another.
class Rebasing {
 public:
  // `level`: the effort with which modes are found again; 0 keeps them, and what they refresh. `golden`:
  // with a level, the frames that refresh golden.
  Rebasing(State start, const std::vector<codec::Picture>& pictures, int level,
           std::vector<std::size_t> golden)
      : state_(std::move(start)), pictures_(pictures), level_(level), golden_(std::move(golden)) {}

  // A frame that was coded from this very state.
  Result<void> keep(const ByteVector& frame) {
    const auto decoded = codec::decode(state_, frame);
    if (!decoded) return tl::unexpected(decoded.error());
    state_ = decoded->next;
    frames_.push_back(frame);
    return {};
  }

  // `own`: the state that the frame was coded from, or at least what parsing needs of it.
  Result<void> rebase(const State& own, const codec::ParsedFrame& frame) {
    const std::size_t at = frames_.size();
    const codec::Picture* const before = at > 0 ? &pictures_[at - 1] : nullptr;
    const bool golden = std::ranges::find(golden_, at) != golden_.end();
    const auto candidate = level_ > 0
                               ? find_again(state_, pictures_[at], frame, {level_, before, vectors_, golden})
                               : keep_modes(own, frame);
    if (!candidate) return tl::unexpected(candidate.error());
    state_ = codec::finish(state_, *candidate);
    vectors_ = candidate->vectors;
    frames_.push_back(candidate->bytes);
    return {};
  }

  const State& state() const { return state_; }
  const std::vector<ByteVector>& frames() const { return frames_; }

 private:
  Result<codec::Candidate> keep_modes(const State& own, const codec::ParsedFrame& frame) const {
    codec::RebaseOptions options;
    options.own = &own;
    return codec::rebase(state_, pictures_[frames_.size()], frame, options);
  }

  State state_;
  const std::vector<codec::Picture>& pictures_;
  int level_;
  std::vector<std::size_t> golden_;
  std::vector<codec::MotionVector> vectors_;  // of the frame before
  std::vector<ByteVector> frames_;
};

Result<State> start_state(Call& call, bool exact) {
  if (exact) {
    const auto before = input_frames(call, 0);
    if (!before) return tl::unexpected(before.error());
    auto ending = chunk_end(*before);
    if (!ending) return tl::unexpected(ending.error());
    return std::move(ending->state);
  }
  std::vector<ByteVector> blobs;
  for (std::size_t i = 0; i < call.group_size(0); ++i) {
    auto blob = call.input(0, i);
    if (!blob) return tl::unexpected(blob.error());
    blobs.push_back(std::move(*blob));
  }
  return state_of(blobs);
}

Result<void> first_frame(Call& call, bool exact, Rebasing& rebasing) {
  const auto frames = input_frames(call, 1, 0);
  if (!frames) return tl::unexpected(frames.error());
  if (frames->size() != 1) return fail(ErrorCode::kInvalid, "a bridge is one frame");
  if (exact) return rebasing.keep(frames->front());
  const auto blob = call.input(1, 1);
  if (!blob) return tl::unexpected(blob.error());
  const auto context = context_of(*blob);
  if (!context) return tl::unexpected(context.error());
  const auto parsed = codec::parse(*context, frames->front());
  if (!parsed) return tl::unexpected(parsed.error());
  return rebasing.rebase(*context, *parsed);
}

Result<void> rebase(Call& call) {
  const bool exact = call.arguments().at("exact").get<bool>();
  const auto pictures = input_pictures(call, 3);
  if (!pictures) return tl::unexpected(pictures.error());
  auto start = start_state(call, exact);
  if (!start) return tl::unexpected(start.error());
  Rebasing rebasing(std::move(*start), *pictures, call.arguments().at("level").get<int>(),
                    call.arguments().at("golden").get<std::vector<std::size_t>>());
  if (auto done = first_frame(call, exact, rebasing); !done) return done;
  const auto frames = input_frames(call, 2);
  if (!frames) return tl::unexpected(frames.error());
  if (frames->size() != pictures->size())
    return fail(ErrorCode::kInvalid, "a picture is needed for each frame");
  State own;  // where libvpx coded the next frame from
  for (std::size_t i = 0; i < frames->size(); ++i) {
    if (call.stop().stop_requested()) return tl::unexpected(stopped_error());
    const auto parsed = codec::parse(own, (*frames)[i]);
    if (!parsed) return tl::unexpected(parsed.error());
    if (i > 0)
      if (auto done = rebasing.rebase(own, *parsed); !done) return done;
    if (i + 1 < frames->size()) own = context_after(own, *parsed);
  }
  if (auto done = call.emit(ivf_blob(rebasing.state().dimensions, rebasing.frames())); !done) return done;
  if (!call.arguments().at("state").get<bool>()) return {};
  for (const ByteVector& blob : state_blobs(rebasing.state()))
    if (auto done = call.emit(blob); !done) return done;
  return {};
}

// Decodes what it joins: a stream that does not decode, or has a key frame where none is planned, ends here.
Result<void> stitch(Call& call) {
  std::vector<ByteVector> frames;
  State state;
  for (std::size_t part = 0; part < call.group_size(0); ++part) {
    auto more = input_frames(call, 0, part);
    if (!more) return tl::unexpected(more.error());
    for (ByteVector& frame : *more) {
      if (call.stop().stop_requested()) return tl::unexpected(stopped_error());
      const auto decoded = codec::decode(state, frame);
      if (!decoded) return tl::unexpected(decoded.error());
      const bool key = (frame[0] & 1) == 0;
      if (key != frames.empty() || !decoded->show || decoded->truncated)
        return fail(ErrorCode::kInvalid,
                    "frame " + std::to_string(frames.size()) + " is not what was planned");
      state = decoded->next;
      frames.push_back(std::move(frame));
    }
  }
  if (frames.empty()) return fail(ErrorCode::kInvalid, "a batch without frames");
  return call.emit(ivf_blob(state.dimensions, frames));
}

}  // namespace

Function bridge_function() {
  Function function;
  function.name = "bridge";
  function.version = 8;
  function.run = bridge;
  return function;
}

Function rebase_function() {
  Function function;
  function.name = "rebase";
  function.version = 5;
  function.transient_from = 1;  // the state
  function.run = rebase;
  return function;
}

Function stitch_function() {
  Function function;
  function.name = "stitch";
  function.run = stitch;
  return function;
}

}  // namespace skirret::cloudenc
