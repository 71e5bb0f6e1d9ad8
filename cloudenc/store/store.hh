#pragma once

#include <cstdint>
#include <optional>

#include "cloudenc/thunk/thunk.hh"

namespace skirret::cloudenc {

enum class Durability : std::uint8_t {
  kSynced,    // on disk before put returns, whatever happens to the machine
  kBuffered,  // may be lost with the machine; then found damaged and made again
};

// Content-addressed blobs, and the records of finished thunks. Any number of threads and processes may use
// one store at once; equal blobs are kept once.
class Store {
 public:
  virtual ~Store() = default;

  virtual Result<ContentHash> put(Bytes content, Durability durability) = 0;
  // kNotFound when it is not there, or was there but damaged (then it is gone, so that it can be made again).
  virtual Result<ByteVector> get(const ContentHash& hash) = 0;
  virtual bool has(const ContentHash& hash) const = 0;  // without looking into it
  // Bytes that a blob takes in the store; 0 when it is not there.
  virtual std::uint64_t stored_size(const ContentHash& hash) const = 0;
  virtual Result<void> remove(const ContentHash& hash) = 0;

  // Nothing when there is none, or it is damaged.
  virtual std::optional<Record> record(const ContentHash& key) const = 0;
  virtual Result<void> put_record(const ContentHash& key, const Record& record) = 0;
};

}  // namespace skirret::cloudenc
