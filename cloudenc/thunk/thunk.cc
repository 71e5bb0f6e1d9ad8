#include "cloudenc/thunk/thunk.hh"

#include <algorithm>
#include <limits>
#include <utility>

#include "codec/base/check.hh"

namespace skirret::cloudenc {
namespace {

// Ours are a few levels deep; reading and writing recurse, so what comes from outside must not be deeper.
constexpr int kMaxDepth = 64;

Arguments json_of(const std::string& text) {
  bool too_deep = false;
  const auto look = [&](int depth, Arguments::parse_event_t, Arguments&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;  // what is too deep is not kept
  };
  Arguments json = Arguments::parse(text, look, false);
  return too_deep ? Arguments(Arguments::value_t::discarded) : json;
}

bool is_canonical(const Arguments& value) {
  if (value.is_structured()) return std::all_of(value.begin(), value.end(), is_canonical);
  return value.is_string() || value.is_boolean() || value.is_number_integer();
}

tl::unexpected<Error> malformed(const char* what) {
  return fail(ErrorCode::kMalformed, std::string("not a thunk: ") + what);
}

Result<std::vector<ContentHash>> group_of(const Arguments& json) {
  std::vector<ContentHash> group;
  if (!json.is_array()) return malformed("an input group is no array");
  for (const Arguments& item : json) {
    if (!item.is_string()) return malformed("an input is no hash");
    const auto hash = ContentHash::parse(item.get_ref<const std::string&>());
    if (!hash) return tl::unexpected(hash.error());
    group.push_back(*hash);
  }
  return group;
}

}  // namespace

std::string Thunk::canonical() const {
  SKIRRET_CHECK(arguments.is_object() && is_canonical(arguments));
  Arguments groups = Arguments::array();
  for (const auto& group : inputs) {
    Arguments hashes = Arguments::array();
    for (const ContentHash& hash : group) hashes.push_back(hash.hex());
    groups.push_back(std::move(hashes));
  }
  const Arguments json = {
      {"function", function}, {"version", version}, {"arguments", arguments}, {"inputs", std::move(groups)}};
  return json.dump();
}

ContentHash Thunk::key() const {
  const std::string text = canonical();
  return ContentHash::of(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Result<Thunk> Thunk::parse(const std::string& text) {
  const Arguments json = json_of(text);
  if (!json.is_object() || json.size() != 4) return malformed("no JSON object of four members");
  for (const char* name : {"function", "version", "arguments", "inputs"})
    if (!json.contains(name)) return malformed("a member is missing");
  const Arguments& version = json["version"];
  if (!json["function"].is_string() || !version.is_number_integer() || !json["arguments"].is_object() ||
      !json["inputs"].is_array())
    return malformed("a member has another type");
  if (version < 0 || version > std::numeric_limits<int>::max()) return malformed("version out of range");
  if (!is_canonical(json["arguments"])) return malformed("arguments hold null or floating point");
  Thunk thunk;
  thunk.function = json["function"];
  thunk.version = version;
  thunk.arguments = json["arguments"];
  for (const Arguments& item : json["inputs"]) {
    auto group = group_of(item);
    if (!group) return tl::unexpected(group.error());
    thunk.inputs.push_back(std::move(*group));
  }
  return thunk;
}

}  // namespace skirret::cloudenc
