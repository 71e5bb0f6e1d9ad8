#include <fstream>
#include <new>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/random.hh"
#include "tests/support/seeded_random_source.hh"
#include "transport/crypto/key_file.hh"
#include "transport/crypto/secret_text.hh"

namespace skirret::test {
namespace {

using namespace skirret::transport;
namespace fs = std::filesystem;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Printable<SecretBytes<32>>);
static_assert(!Printable<CallSecret>);
static_assert(!Printable<Identity>);
static_assert(!Printable<Keypair>);
static_assert(Printable<int>);

TEST(SecretBytes, AreWipedWhenMovedFromAndDestroyed) {
  const ByteVector key(32, 0xa5);
  SecretBytes<32> first{Bytes(key)};
  SecretBytes<32> second = std::move(first);
  EXPECT_TRUE(first == SecretBytes<32>());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_TRUE(second == SecretBytes<32>(Bytes(key)));
  first = std::move(second);
  EXPECT_TRUE(second == SecretBytes<32>());  // NOLINT(bugprone-use-after-move)

  alignas(SecretBytes<32>) std::array<std::uint8_t, sizeof(SecretBytes<32>)> memory{};
  auto* placed = new (memory.data()) SecretBytes<32>(Bytes(key));
  EXPECT_EQ(memory[7], 0xa5);
  placed->~SecretBytes();
  for (const volatile std::uint8_t& byte : memory) EXPECT_EQ(byte, 0);
}

TEST(SecretText, ReadsWhatItWrote) {
  Random random(31);
  for (int i = 0; i < 100; ++i) {
    const SecretBytes<64> secret(random.bytes(64));
    const std::string text = encode_secret(SecretKind::kCallLink, secret);
    ASSERT_EQ(text.size(), kSecretTextSize);
    const auto read = decode_secret(SecretKind::kCallLink, text);
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(*read == secret);
  }
}

TEST(SecretText, TellsAnIncompletePasteFromAChangedOne) {
  Random random(32);
  const std::string text = encode_secret(SecretKind::kCallLink, SecretBytes<64>(random.bytes(64)));
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto cut = decode_secret(SecretKind::kCallLink, text.substr(0, size));
    ASSERT_FALSE(cut.has_value());
    EXPECT_EQ(cut.error().code, ErrorCode::kTruncated);
    EXPECT_NE(cut.error().message.find(std::to_string(size) + " of 92"), std::string::npos);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const auto result = decode_secret(SecretKind::kCallLink, changed);
    ASSERT_FALSE(result.has_value()) << i;
    EXPECT_EQ(result.error().code, ErrorCode::kMalformed) << i;
    changed[i] = '+';
    EXPECT_EQ(decode_secret(SecretKind::kCallLink, changed).error().code, ErrorCode::kMalformed) << i;
  }
  EXPECT_EQ(decode_secret(SecretKind::kCallLink, text + "A").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(decode_secret(SecretKind::kKeyFile, text).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(
      decode_secret(SecretKind::kCallLink, encode_secret(static_cast<SecretKind>(0x7f), SecretBytes<64>()))
          .error()
          .code,
      ErrorCode::kUnsupported);
}

class KeyFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "skirret-key-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ / "key";
  }
  void TearDown() override { fs::remove_all(folder_); }

  static unsigned mode(const fs::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777u : 0u;
  }

  fs::path folder_;
  fs::path path_;
  SeededRandomSource random_{33};
};

TEST_F(KeyFile, IsMadeOnceWithMode0600AndReadAgain) {
  const auto made = load_or_create_identity(path_, random_);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(mode(path_), 0600u);
  const auto again = load_or_create_identity(path_, random_);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_TRUE(made->call_secret() == again->call_secret());
  EXPECT_TRUE(made->keypair.private_key == again->keypair.private_key);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1)
      << "a temporary was left";
}

TEST_F(KeyFile, IsRefusedWhenOthersCanReadOrWriteIt) {
  ASSERT_TRUE(load_or_create_identity(path_, random_).has_value());
  for (const mode_t open : {0640u, 0604u, 0620u, 0602u, 0610u, 0644u, 0666u}) {
    ASSERT_EQ(::chmod(path_.c_str(), open), 0);
    const auto refused = load_or_create_identity(path_, random_);
    ASSERT_FALSE(refused.has_value()) << std::oct << open;
    EXPECT_EQ(refused.error().code, ErrorCode::kAuth);
    EXPECT_NE(refused.error().message.find("chmod 600 " + path_.string()), std::string::npos);
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0400), 0);
  EXPECT_TRUE(load_identity(path_).has_value());
}

TEST_F(KeyFile, SaysWhatIsWrongWithItAndNeverWhatIsInIt) {
  ASSERT_TRUE(load_or_create_identity(path_, random_).has_value());
  std::string text;
  std::ifstream(path_) >> text;
  const auto rewrite = [&](const std::string& content) {
    std::ofstream(path_, std::ios::trunc) << content;
    const auto result = load_identity(path_);
    EXPECT_FALSE(result.has_value());
    if (result) return Error{};
    EXPECT_NE(result.error().message.find(path_.string()), std::string::npos);
    for (std::size_t i = 0; i + 6 <= text.size(); ++i) {
      EXPECT_EQ(result.error().message.find(text.substr(i, 6)), std::string::npos);
    }
    return result.error();
  };
  EXPECT_EQ(rewrite("").code, ErrorCode::kTruncated);
  EXPECT_EQ(rewrite(text.substr(0, 91)).code, ErrorCode::kTruncated);
  EXPECT_EQ(rewrite(text + "A").code, ErrorCode::kMalformed);
  EXPECT_EQ(rewrite(text + "\nmore").code, ErrorCode::kMalformed);
  EXPECT_EQ(rewrite(std::string(100'000, 'A')).code, ErrorCode::kMalformed);
  EXPECT_EQ(rewrite(encode_secret(SecretKind::kCallLink, SecretBytes<64>())).code, ErrorCode::kInvalid);
}

TEST_F(KeyFile, MissingFoldersAndOddFilesAreErrors) {
  EXPECT_EQ(load_identity(path_).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(load_or_create_identity(folder_ / "no" / "key", random_).has_value());
  EXPECT_EQ(load_identity(folder_).error().code, ErrorCode::kAuth);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(load_identity(path_).error().code, ErrorCode::kAuth);  // and does not wait for a writer
}

TEST_F(KeyFile, SavingReplacesTheWholeFile) {
  const Identity first = Identity::generate(random_);
  const Identity second = Identity::generate(random_);
  ASSERT_TRUE(save_identity(path_, first).has_value());
  ASSERT_TRUE(save_identity(path_, second).has_value());
  EXPECT_EQ(mode(path_), 0600u);
  EXPECT_TRUE(load_identity(path_)->call_secret() == second.call_secret());
}

}  // namespace
}  // namespace skirret::test
