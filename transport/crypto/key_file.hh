#pragma once

#include <filesystem>

#include "codec/base/result.hh"
#include "transport/crypto/identity.hh"

namespace skirret::transport {

// A listener's identity on disk: one line of secret text (secret_text.hh), mode 0600.

// Errors: kNotFound (no such file), kIo, kAuth (others may read or write it, or it is not a regular file),
// and decode_secret's. The messages name the path and what to do, never the content.
Result<Identity> load_identity(const std::filesystem::path& path);

// Written under another name beside it, synced and then renamed: a reader sees the old file or the new one.
// Error: kIo.
Result<void> save_identity(const std::filesystem::path& path, const Identity& identity);

// Loads the file; makes and saves a fresh identity where there is none.
Result<Identity> load_or_create_identity(const std::filesystem::path& path, RandomSource& random);

}  // namespace skirret::transport
