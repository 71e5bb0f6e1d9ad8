#include "cloudenc/engine/run_thunk.hh"

#include <new>
#include <string>
#include <utility>

namespace skirret::cloudenc {
namespace {

class StoreCall final : public Call {
 public:
  StoreCall(const Thunk& thunk, Store& store, std::size_t transient_from, std::stop_token stop)
      : thunk_(thunk), store_(store), transient_from_(transient_from), stop_(std::move(stop)) {}

  const Thunk& thunk() const override { return thunk_; }
  std::stop_token stop() const override { return stop_; }

  Result<ByteVector> input(std::size_t group, std::size_t index) override {
    if (index >= group_size(group))
      return fail(ErrorCode::kInvalid, thunk_.function + ": has no input " + std::to_string(index) +
                                           " in group " + std::to_string(group));
    const ContentHash& hash = thunk_.inputs[group][index];
    auto content = store_.get(hash);
    if (!content && content.error().code == ErrorCode::kNotFound) missing_ = hash;
    return content;
  }

  Result<void> emit(Bytes output) override {
    // Another attempt was first, or nobody wants it any more: what is put now nobody keeps account of.
    if (stop_.stop_requested()) return fail(ErrorCode::kIo, thunk_.function + ": stopped");
    // Transient outputs are found damaged and made again where the machine went down with them.
    const bool transient = record_.outputs.size() >= transient_from_;
    const auto hash = store_.put(output, transient ? Durability::kBuffered : Durability::kSynced);
    if (!hash) return tl::unexpected(hash.error());
    record_.outputs.push_back(*hash);
    return {};
  }

  const Record& record() const { return record_; }
  const std::optional<ContentHash>& missing() const { return missing_; }

 private:
  const Thunk& thunk_;
  Store& store_;
  std::size_t transient_from_;
  std::stop_token stop_;
  Record record_;
  std::optional<ContentHash> missing_;
};

tl::unexpected<Failure> failed(bool retryable, ErrorCode code, std::string message) {
  return tl::unexpected<Failure>(Failure{retryable, Error{code, std::move(message)}, std::nullopt});
}

}  // namespace

RunResult run_thunk(const Thunk& thunk, const Registry& registry, Store& store, std::stop_token stop) {
  const Function* const function = registry.find(thunk.function);
  if (function == nullptr)
    return failed(false, ErrorCode::kUnsupported, "no function '" + thunk.function + "' is known here");
  if (function->version != thunk.version)
    return failed(false, ErrorCode::kUnsupported,
                  thunk.function + ": version " + std::to_string(thunk.version) + " is asked for, " +
                      std::to_string(function->version) + " is here");
  StoreCall call(thunk, store, function->transient_from, std::move(stop));
  try {
    auto done = function->run(call);
    if (done) done = store.put_record(thunk.key(), call.record());
    if (done) return call.record();
    return tl::unexpected<Failure>(Failure{false, done.error(), call.missing()});
  } catch (const std::bad_alloc&) {
    return failed(true, ErrorCode::kLimit, thunk.function + ": out of memory");
  } catch (const nlohmann::json::exception& error) {
    return failed(false, ErrorCode::kInvalid, thunk.function + ": arguments: " + error.what());
  }
}

}  // namespace skirret::cloudenc
