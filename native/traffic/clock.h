// Monotonic time that is cheap on every kernel the lab runs on.
#pragma once

#include <time.h>

#include <cstdint>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace kubedyno::traffic {

// How ticks of the processor's time-stamp counter become CLOCK_MONOTONIC nanoseconds.
struct TscScale {
  uint64_t base_ticks;
  int64_t base_ns;
  // 0: the counter is not used, CLOCK_MONOTONIC is read itself.
  double ns_per_tick;
};

// Decided once, when the addon is loaded; see clock.cc.
extern const TscScale kTscScale;

inline int64_t kernel_monotonic_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// CLOCK_MONOTONIC in nanoseconds. Where reading it is a real system call (a User-Mode Linux guest has no vDSO: about
// 80 us a call) it is computed from the time-stamp counter instead, good to about 0.1 % of an interval.
inline int64_t monotonic_ns() {
#if defined(__x86_64__)
  if (kTscScale.ns_per_tick > 0) {
    const auto ticks = static_cast<int64_t>(__rdtsc() - kTscScale.base_ticks);
    return kTscScale.base_ns + static_cast<int64_t>(static_cast<double>(ticks) * kTscScale.ns_per_tick);
  }
#endif
  return kernel_monotonic_ns();
}

}  // namespace kubedyno::traffic
