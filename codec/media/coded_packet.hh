#pragma once

#include <memory>

#include "codec/media/av_handles.hh"
#include "codec/media/coded_stream.hh"

// Between our values and FFmpeg's objects.
namespace skirret::codec {

struct FreeParameters {
  void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
};
using CodecParameters = std::unique_ptr<AVCodecParameters, FreeParameters>;

CodecParameters parameters_of(const CodedStream& stream);  // null: unknown codec, or out of memory
bool fill(const CodedPacket& from, AVPacket& to);          // `to` is blank; false: out of memory
// Single-threaded, so that it gives the same everywhere. kUnsupported.
Result<av::CodecContext> open_decoder(const CodedStream& stream);

}  // namespace skirret::codec
