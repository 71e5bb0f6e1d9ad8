#include "transport/link/named_source.hh"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.hh"

namespace skirret::transport {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

std::string error_of(const std::string& text) {
  const Result<NamedSource> source = open_named_source(text);
  if (source) return "accepted";
  EXPECT_EQ(source.error().code, ErrorCode::kInvalid);
  return source.error().message;
}

TEST(NamedSource, ConstantRates) {
  const NamedSource source = open_named_source("constant:2.5").value();
  EXPECT_EQ(source.name, "constant 2.5 Mbit/s");
  EXPECT_EQ(source.make()->next(), microseconds(4800));
  EXPECT_EQ(open_named_source("constant:12").value().name, "constant 12 Mbit/s");
  for (const char* bad : {"constant:", "constant:x", "constant:0", "constant:-1", "constant:1e9",
                          "constant:5Mbit", "constant:nan"}) {
    EXPECT_THAT(error_of(bad), HasSubstr("write constant:MBIT")) << bad;
  }
}

TEST(NamedSource, TheLteModel) {
  EXPECT_EQ(open_named_source("lte").value().name, "lte model (seed 1, mean 5 Mbit/s)");
  EXPECT_EQ(open_named_source("lte", 9).value().name, "lte model (seed 9, mean 5 Mbit/s)");
  EXPECT_EQ(open_named_source("lte:mean=1.2,seed=7", 9).value().name, "lte model (seed 7, mean 1.2 Mbit/s)");
  EXPECT_EQ(open_named_source("lte:seed=7", 9, 1).value().name, "lte model (seed 8, mean 5 Mbit/s)");
  const NamedSource source = open_named_source("lte:seed=3").value();
  EXPECT_EQ(source.make()->next(), source.make()->next());  // each from the start
  for (const char* bad : {"lte:seed=x", "lte:seed", "lte:mean=0.01", "lte:mean=1000", "lte:speed=3",
                          "lte:seed=1;mean=2", "lte:seed=-1"}) {
    EXPECT_THAT(error_of(bad), HasSubstr("write lte:seed=N,mean=MBIT")) << bad;
  }
}

TEST(NamedSource, TraceFiles) {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "my.down") << "4\n9\n";
  const NamedSource source = open_named_source((folder / "my.down").string()).value();
  EXPECT_EQ(source.name, "my.down");
  EXPECT_EQ(source.make()->next(), milliseconds(4));
  const Result<NamedSource> missing = open_named_source((folder / "other").string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace skirret::transport
