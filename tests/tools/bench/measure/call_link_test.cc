#include "tools/bench/measure/call_link.hh"

#include <fstream>

#include <gtest/gtest.h>

namespace skirret::bench {
namespace {

namespace fs = std::filesystem;

class CallLinks : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / "call-links";
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (const char* name : {"Ferry-LTE.up", "Ferry-LTE.down", "Ferry-UMTS.up", "Tram.down"})
      std::ofstream(folder_ / name) << "1\n5\n9\n";
  }
  Result<CallLink> open(const std::string& text) { return open_call_link(text, folder_); }

  fs::path folder_;
};

TEST_F(CallLinks, ARecordedNameMeansBothWays) {
  const auto link = open("Ferry-LTE");
  ASSERT_TRUE(link) << link.error().message;
  EXPECT_EQ(link->name, "Ferry-LTE");
  EXPECT_EQ(link->forward.name, "Ferry-LTE.up");
  EXPECT_EQ(link->reverse.name, "Ferry-LTE.down");
}

TEST_F(CallLinks, ABeginningIsEnoughWhereItIsClear) {
  EXPECT_EQ(open("Ferry-U")->name, "Ferry-UMTS");
  EXPECT_EQ(open("Ferry-U")->reverse.name, "constant 50 Mbit/s");
  EXPECT_EQ(open("Tram")->forward.name, "Tram.down");
  EXPECT_NE(open("Ferry").error().message.find("several"), std::string::npos);
  EXPECT_NE(open("Bus").error().message.find("Ferry-LTE"), std::string::npos);
}

TEST_F(CallLinks, AFileBringsItsPartner) {
  EXPECT_EQ(open((folder_ / "Ferry-LTE.up").string())->reverse.name, "Ferry-LTE.down");
  EXPECT_EQ(open((folder_ / "Tram.down").string())->reverse.name, "constant 50 Mbit/s");
}

TEST_F(CallLinks, LossStandsBehind) {
  EXPECT_DOUBLE_EQ(open("constant:12/loss=0.01")->loss, 0.01);
  EXPECT_EQ(open("constant:12/loss=0.01")->name, "constant:12/loss=0.01");
  EXPECT_DOUBLE_EQ(open("Ferry-LTE")->loss, 0);
  EXPECT_FALSE(open("constant:12/loss=2"));
  EXPECT_FALSE(open("constant:12/loss="));
}

TEST(CallLinkNames, CommasPartNamesButNotOptions) {
  EXPECT_EQ(names_in("a,b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(names_in("lte:seed=1,mean=5,constant:3"),
            (std::vector<std::string>{"lte:seed=1,mean=5", "constant:3"}));
  EXPECT_EQ(names_in("constant:3/loss=0.1,b"), (std::vector<std::string>{"constant:3/loss=0.1", "b"}));
  EXPECT_TRUE(names_in("").empty());
}

}  // namespace
}  // namespace skirret::bench
