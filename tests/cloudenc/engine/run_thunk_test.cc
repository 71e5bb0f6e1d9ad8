#include "cloudenc/engine/run_thunk.hh"

#include <new>

#include <gtest/gtest.h>

#include "cloudenc/store/folder_store.hh"
#include "tests/support/process.hh"

namespace skirret::test {
namespace {

using cloudenc::Call;
using cloudenc::Durability;
using cloudenc::Function;
using cloudenc::Registry;
using cloudenc::Thunk;

Registry example_functions() {
  Registry registry;
  Function join;
  join.name = "join";
  join.run = [](Call& call) -> Result<void> {
    ByteVector all;
    for (std::size_t i = 0; i < call.group_size(0); ++i) {
      const auto part = call.input(0, i);
      if (!part) return tl::unexpected(part.error());
      all.insert(all.end(), part->begin(), part->end());
    }
    return call.emit(all);
  };
  registry.add(join);
  Function hungry;
  hungry.name = "hungry";
  hungry.run = [](Call&) -> Result<void> { throw std::bad_alloc(); };
  registry.add(hungry);
  Function needy;
  needy.name = "needy";
  needy.run = [](Call& call) -> Result<void> {
    return call.arguments().at("what") == 1 ? Result<void>() : fail(ErrorCode::kInvalid, "not 1");
  };
  registry.add(needy);
  return registry;
}

class RunThunk : public testing::Test {
 protected:
  cloudenc::RunResult run(const Thunk& thunk) { return cloudenc::run_thunk(thunk, registry_, *store_, {}); }

  TemporaryFolder folder_;
  std::unique_ptr<cloudenc::FolderStore> store_ = *cloudenc::FolderStore::open(folder_ / "s");
  Registry registry_ = example_functions();
};

TEST_F(RunThunk, StoresOutputsAndRecord) {
  Thunk thunk;
  thunk.function = "join";
  thunk.inputs = {{*store_->put(ByteVector{1, 2}, Durability::kSynced),
                   *store_->put(ByteVector{3}, Durability::kSynced)}};
  const auto record = run(thunk);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(*store_->get(record->outputs.at(0)), (ByteVector{1, 2, 3}));
  EXPECT_EQ(store_->record(thunk.key()), *record);
}

TEST_F(RunThunk, NamesAMissingInput) {
  Thunk thunk;
  thunk.function = "join";
  const auto hash = cloudenc::ContentHash::of(ByteVector{9});
  thunk.inputs = {{hash}};
  const auto record = run(thunk);
  ASSERT_FALSE(record.has_value());
  EXPECT_EQ(record.error().missing, hash);
  EXPECT_FALSE(store_->record(thunk.key()).has_value());
}

TEST_F(RunThunk, PutsNothingOnceItIsStopped) {
  Thunk thunk;
  thunk.function = "join";
  thunk.inputs = {{*store_->put(ByteVector{1, 2}, Durability::kSynced),
                   *store_->put(ByteVector{3}, Durability::kSynced)}};
  std::stop_source stop;
  stop.request_stop();
  const auto record = cloudenc::run_thunk(thunk, registry_, *store_, stop.get_token());
  ASSERT_FALSE(record.has_value());
  EXPECT_FALSE(record.error().retryable);
  EXPECT_FALSE(store_->has(cloudenc::ContentHash::of(ByteVector{1, 2, 3})));
  EXPECT_FALSE(store_->record(thunk.key()).has_value());
}

TEST_F(RunThunk, TellsFatalFromRetryable) {
  Thunk thunk;
  thunk.function = "hungry";
  EXPECT_TRUE(run(thunk).error().retryable);
  thunk.function = "unheard of";
  EXPECT_FALSE(run(thunk).error().retryable);
  thunk.function = "join";
  thunk.version = 2;
  EXPECT_EQ(run(thunk).error().error.code, ErrorCode::kUnsupported);
  thunk.function = "needy";
  thunk.version = 1;
  EXPECT_EQ(run(thunk).error().error.code, ErrorCode::kInvalid) << "an argument is missing";
  thunk.arguments["what"] = 1;
  EXPECT_TRUE(run(thunk).has_value());
}

}  // namespace
}  // namespace skirret::test
