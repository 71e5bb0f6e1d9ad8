#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "codec/picture/picture.hh"
#include "codec/syntax/probabilities.hh"

namespace skirret::codec {

// The frame header, fields in wire order (RFC 6386 sections 9.1-9.11 and 19.2). It says what was
// *sent*; what it means together with a state is resolved by the decoder. Serialising a parsed header
// gives its bits again.

// Sent as one flag and, when set, a magnitude and a sign.
using OptionalDelta = std::optional<int>;

struct KeyFrameFields {
  Dimensions dimensions;
  std::uint8_t horizontal_scale = 0;  // 0..3: reported, never applied
  std::uint8_t vertical_scale = 0;
  bool color_space = false;        // the bit as sent
  bool clamping_unneeded = false;  // clamping_type as sent; decoding clamps either way
  bool operator==(const KeyFrameFields&) const = default;
};

struct SegmentData {
  bool absolute = false;                      // segment_feature_mode: 1 = absolute values
  std::array<OptionalDelta, 4> quantizer;     // -127..127
  std::array<OptionalDelta, 4> filter_level;  // -63..63
  bool operator==(const SegmentData&) const = default;
};

struct SegmentationFields {
  bool enabled = false;
  bool update_map = false;
  std::optional<SegmentData> update_data;
  std::array<std::optional<Probability>, 3> tree_probabilities;  // with update_map; unsent = 255
  bool operator==(const SegmentationFields&) const = default;
};

struct FilterDeltaFields {
  bool enabled = false;                    // loop_filter_adj_enable
  bool update = false;                     // mode_ref_lf_delta_update
  std::array<OptionalDelta, 4> reference;  // intra, last, golden, altref; -63..63
  std::array<OptionalDelta, 4> mode;       // B_PRED, zero, nearest/near/new, split
  bool operator==(const FilterDeltaFields&) const = default;
};

struct FilterFields {
  bool simple = false;         // filter_type
  std::uint8_t level = 0;      // 0..63
  std::uint8_t sharpness = 0;  // 0..7
  FilterDeltaFields deltas;
  bool operator==(const FilterFields&) const = default;
};

struct QuantizerFields {
  std::uint8_t y_ac = 0;  // base index 0..127
  int y_dc_delta = 0;     // each -15..15, 0 = not sent
  int y2_dc_delta = 0;
  int y2_ac_delta = 0;
  int uv_dc_delta = 0;
  int uv_ac_delta = 0;
  bool operator==(const QuantizerFields&) const = default;
};

// What an interframe writes into golden or altref when it does not refresh it with itself.
enum class BufferCopy : std::uint8_t {
  kNone = 0,
  kLast = 1,
  kOther = 2
};  // kOther: golden<->altref; 3 is read as none

struct ReferenceFields {  // key frames refresh all three and send none of this
  bool refresh_golden = true;
  bool refresh_altref = true;
  std::uint8_t copy_to_golden = 0;  // raw 0..3, sent when golden is not refreshed
  std::uint8_t copy_to_altref = 0;
  bool sign_bias_golden = false;
  bool sign_bias_altref = false;
  bool refresh_last = true;
  bool operator==(const ReferenceFields&) const = default;
};

// Probability updates as sent: a value where the update flag was 1.
struct CoefficientUpdates {
  std::array<std::array<std::array<std::array<std::optional<Probability>, 11>, 3>, 8>, 4> at{};
  bool operator==(const CoefficientUpdates&) const = default;
};

struct InterFrameFields {
  Probability intra_probability = 0;                                    // prob_intra: of "intra"
  Probability last_probability = 0;                                     // prob_last
  Probability golden_probability = 0;                                   // prob_gf
  std::optional<std::array<Probability, 4>> luma_modes;                 // intra_16x16_prob when updated
  std::optional<std::array<Probability, 3>> chroma_modes;               // intra_chroma_prob when updated
  std::array<std::array<std::optional<Probability>, 19>, 2> vectors{};  // 7-bit wire value x: x ? 2x : 1
  bool operator==(const InterFrameFields&) const = default;
};

struct FrameHeader {
  bool key_frame = false;
  std::uint8_t profile = 0;  // version 0..7 as sent; above 3 decodes as 0 (libvpx)
  bool show = true;
  std::optional<KeyFrameFields> key;  // set exactly when key_frame
  SegmentationFields segmentation;
  FilterFields filter;
  std::uint8_t log2_partitions = 0;  // 0..3
  QuantizerFields quantizer;
  ReferenceFields references;
  bool refresh_entropy = true;  // refresh_entropy_probs
  CoefficientUpdates coefficient_updates;
  std::optional<Probability> skip_probability;  // set = mb_no_coeff_skip 1, prob_skip_false
  InterFrameFields inter;                       // interframes only
  bool operator==(const FrameHeader&) const = default;
};

}  // namespace skirret::codec
