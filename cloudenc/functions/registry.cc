#include "cloudenc/functions/registry.hh"

#include "cloudenc/functions/function_list.hh"

namespace skirret::cloudenc {

Registry all_functions() {
  Registry registry;
  const auto shelf = std::make_shared<DecoderShelf>();
  registry.add(index_function(shelf));
  registry.add(pictures_function(shelf));
  for (auto* make : {first_pass_function, chunk_function, bridge_function, rebase_function, stitch_function,
                     sound_function, score_function})
    registry.add(make());
  return registry;
}

}  // namespace skirret::cloudenc
