#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "cloudenc/thunk/thunk.hh"

namespace skirret::cloudenc {

// What a running function sees: its thunk, its inputs' bytes when it asks for them, and a place for its
// outputs. Outputs go to the store as they come, so that memory holds one of them at a time.
class Call {
 public:
  virtual ~Call() = default;
  virtual const Thunk& thunk() const = 0;
  virtual Result<ByteVector> input(std::size_t group, std::size_t index) = 0;
  virtual Result<void> emit(Bytes output) = 0;
  virtual std::stop_token stop() const = 0;  // a long loop looks at it and returns any error

  const Arguments& arguments() const { return thunk().arguments; }
  std::size_t group_size(std::size_t group) const {
    return group < thunk().inputs.size() ? thunk().inputs[group].size() : 0;
  }
};

inline constexpr std::size_t kNoOutput = static_cast<std::size_t>(-1);

struct Function {
  std::string name;
  int version = 1;
  // Its outputs from this one on are large and quickly made again: they may leave the store once nobody waits
  // for them.
  std::size_t transient_from = kNoOutput;
  // What its bytes depend on besides its arguments, to be put into them: {"libvpx":"v1.12.0",…}.
  Arguments environment = Arguments::object();
  std::function<Result<void>(Call&)> run;
  // What it keeps in memory from one call for a later one, in bytes, now. May be asked at any time.
  std::function<std::uint64_t()> kept = [] { return std::uint64_t{0}; };
};

// The functions that a worker knows, by name.
class Registry {
 public:
  void add(Function function) { functions_.insert_or_assign(function.name, std::move(function)); }
  const Function* find(const std::string& name) const {
    const auto found = functions_.find(name);
    return found == functions_.end() ? nullptr : &found->second;
  }
  // By all of them, in bytes.
  std::uint64_t kept() const {
    std::uint64_t bytes = 0;
    for (const auto& [name, function] : functions_) bytes += function.kept();
    return bytes;
  }

 private:
  std::map<std::string, Function> functions_;
};

}  // namespace skirret::cloudenc
