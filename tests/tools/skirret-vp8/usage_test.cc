// What every command owes to who calls it wrongly.
#include <fstream>

#include <gtest/gtest.h>

#include "tests/tools/skirret-vp8/vp8_program.hh"

namespace skirret::test {
namespace {

TEST(Vp8Usage, HelpOfEachCommandHasExamples) {
  for (const auto& arguments : {std::vector<std::string>{"--help"},
                                {"decode", "--help"},
                                {"compare", "--help"},
                                {"inspect", "--help"}}) {
    const auto result = vp8(arguments);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_NE(result.out.find("Examples:\n  skirret-vp8 "), std::string::npos) << result.describe();
  }
  EXPECT_EQ(vp8({"--version"}).out.rfind("skirret-vp8 ", 0), 0u);
}

TEST(Vp8Usage, WrongUsageIsTwoAndSaysWhere) {
  for (const auto& arguments : {std::vector<std::string>{},
                                {"decode"},
                                {"decode", "x.ivf", "--no-such-option"},
                                {"compare", "x.ivf"},
                                {"transmogrify", "x.ivf"},
                                {"inspect"}}) {
    const auto result = vp8(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.describe();
    EXPECT_EQ(result.err.rfind("skirret-vp8: ", 0), 0u) << result.describe();
    EXPECT_EQ(result.out, "");
  }
}

TEST(Vp8Usage, InputThatIsNoVideoIsOneAndSaysWhy) {
  const TemporaryFolder folder;
  std::ofstream(folder / "empty.ivf");
  std::ofstream(folder / "text.ivf") << "nothing that anyone would call a video, in any container";
  std::ofstream(folder / "vp9.ivf", std::ios::binary)
      << std::string("DKIF\0\0\x20\0VP90\x10\0\x10\0\x1e\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0", 32);
  struct Case {
    std::string file;
    const char* says;
  };
  for (const char* command : {"decode", "inspect"}) {
    for (const Case& c : {Case{folder / "none.ivf", "no such file"}, Case{folder.path(), "is a folder"},
                          Case{folder / "empty.ivf", "no IVF"}, Case{folder / "text.ivf", "no IVF"},
                          Case{folder / "vp9.ivf", "not VP80"}}) {
      const auto result = vp8({command, c.file});
      EXPECT_EQ(result.exit_code, 1) << result.describe();
      EXPECT_NE(result.err.find(c.says), std::string::npos) << result.describe();
      EXPECT_NE(result.err.find(c.file), std::string::npos) << result.describe();
      EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.describe();
    }
  }
  for (const auto& file : {folder / "none.ivf", folder / "text.ivf", folder.path()}) {
    const auto result = vp8({"compare", file, file});
    EXPECT_EQ(result.exit_code, 1) << result.describe();
    EXPECT_NE(result.err.find(file), std::string::npos) << result.describe();
  }
}

TEST(Vp8Usage, UnderJsonErrorsAreAnObjectToo) {
  const auto result = vp8({"decode", "/no/such.ivf", "--json"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(nlohmann::json::parse(result.out).at("error").get<std::string>().find("/no/such.ivf"),
            std::string::npos);
}

}  // namespace
}  // namespace skirret::test
