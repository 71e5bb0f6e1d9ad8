#include "tools/skirret-receiver/stats.hh"

#include <cinttypes>
#include <cstdio>

namespace skirret::tools {

void ReceiverStats::on_display(const receiver::DisplayEvent& event) {
  ++displayed_;
  if (file_) {
    char state[17];
    std::snprintf(state, sizeof state, "%016" PRIx64, event.state.value);
    file_->write(event.at, "display",
                 {{"frame", event.frame},
                  {"bytes", event.bytes},
                  {"state", state},
                  {"decoding_ms", to_ms(event.decoding)}});
  }
  show_(event);
}

void ReceiverStats::on_loss(const receiver::LossEvent& event) {
  ++losses_;
  if (file_) file_->write(event.at, "loss", {{"frame", event.frame}});
}

void ReceiverStats::on_recovered(const receiver::RecoveredEvent& event) {
  if (file_) file_->write(event.at, "recovered", {{"frame", event.frame}, {"gap_ms", to_ms(event.gap)}});
}

}  // namespace skirret::tools
