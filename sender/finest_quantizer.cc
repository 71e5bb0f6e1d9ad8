#include "sender/finest_quantizer.hh"

#include <algorithm>

namespace skirret::sender {

void FinestQuantizer::sent(codec::Quantizer quantizer, std::size_t bytes, std::size_t room) {
  if (quantizer <= limit_ && bytes * config_.room <= room)
    limit_ = std::max(limit_ - 1, config_.best);
  else if (bytes * config_.room > room * 2)
    limit_ = std::min(limit_ + 1, config_.usual);
}

}  // namespace skirret::sender
