#include "tools/skirret-link/lateness.hh"

#include <sched.h>

namespace skirret::link {

bool try_realtime() {
  sched_param parameters{};
  parameters.sched_priority = 1;
  // RESET_ON_FORK: nothing that this program starts inherits it.
  return ::sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameters) == 0;
}

}  // namespace skirret::link
