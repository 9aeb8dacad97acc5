// What the kernel's scheduler did with the calling thread.
#pragma once

#include <cstdint>
#include <optional>

namespace kubedyno::traffic {

struct ThreadUsage {
  int64_t cpu_ns = 0;
  int64_t involuntary_switches = 0;
  // Time spent ready to run while something else had the CPU; absent where the kernel does not tell.
  std::optional<int64_t> run_delay_ns;
};

// So far, since the thread began.
ThreadUsage thread_usage();

}  // namespace kubedyno::traffic
