#pragma once

namespace skirret::cli {

// Ctrl-C (SIGINT) and SIGTERM ask a program to end: the first sets this flag, so that loops can stop at
// the next whole piece of work and leave what is finished usable; the second ends it at once.
void watch_for_stop();  // Program::run calls it
bool stop_requested();

// A descriptor that becomes readable with the first signal, for event loops: poll it, do not read it.
int stop_descriptor();

}  // namespace skirret::cli
