#pragma once

#include <optional>
#include <string>

#include "cloudenc/thunk/thunk.hh"

// How blobs and records lie in a store's files. Reading gives nothing where a file is damaged.
namespace skirret::cloudenc {

// One zstd frame that says its content's size.
ByteVector packed(Bytes content);
// Nothing, too, for what claims more than 2 GiB or packs better than zstd can.
std::optional<ByteVector> unpacked(Bytes bytes);

// The outputs' hashes, a line each, then the hash of these lines.
std::string text_of(const Record& record);
std::optional<Record> record_of(Bytes bytes);

}  // namespace skirret::cloudenc
