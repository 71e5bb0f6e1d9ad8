#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace skirret {

// Why an input from outside was refused. Faults of our own are SKIRRET_CHECKs, never Errors.
enum class ErrorCode {
  kTruncated,    // not enough bytes
  kMalformed,    // bytes that no writer of the format makes
  kUnsupported,  // legal, but not handled here
  kLimit,        // above a stated limit
  kAuth,         // failed authentication, replayed or refused
  kNotFound,     // a file, device, state or peer is missing
  kIo,           // the system refused: disk, socket, device
  kInvalid,      // an argument out of its range
};

// A refusal as a value: `message` says what was wrong, where, and (where a person reads it) what to do.
struct Error {
  ErrorCode code = ErrorCode::kMalformed;
  std::string message;

  bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace skirret
