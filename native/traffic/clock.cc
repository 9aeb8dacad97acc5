#include "clock.h"

#include <fstream>
#include <limits>
#include <string>

namespace kubedyno::traffic {

namespace {

#if defined(__x86_64__)

// The counter may stand for time only if it neither changes its pace with the frequency nor stops when the CPU sleeps.
bool tsc_keeps_time() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (line.rfind("flags", 0) != 0) continue;
    line += ' ';
    return line.find(" constant_tsc ") != std::string::npos && line.find(" nonstop_tsc ") != std::string::npos;
  }
  return false;
}

// One reading of both clocks at, as nearly as can be, the same moment.
struct Reading {
  uint64_t ticks;
  int64_t ns;
  uint64_t cost_ticks;
};

// The cheapest of a few attempts: one that was interrupted between the two clocks must not count.
Reading read_both() {
  Reading best{0, 0, std::numeric_limits<uint64_t>::max()};
  for (int attempt = 0; attempt < 8; ++attempt) {
    const uint64_t before = __rdtsc();
    const int64_t ns = kernel_monotonic_ns();
    const uint64_t after = __rdtsc();
    if (after - before < best.cost_ticks) best = {before + (after - before) / 2, ns, after - before};
  }
  return best;
}

void wait_ns(int64_t duration_ns) {
  timespec left{0, static_cast<long>(duration_ns)};
  while (nanosleep(&left, &left) != 0) {
  }
}

// Reading CLOCK_MONOTONIC through the vDSO costs tens of nanoseconds, as a system call of a guest tens of microseconds.
constexpr double kDearReadingNs = 1'000;
// Long enough that the error of a dear reading, some microseconds, is small beside it.
constexpr int64_t kCalibrationNs = 50'000'000;

TscScale calibrate() {
  constexpr TscScale unused{0, 0, 0};
  const Reading first = read_both();
  // No x86 counter runs slower than 0.5 GHz or faster than 10 GHz: 2 ns a tick decides generously who is dear.
  if (static_cast<double>(first.cost_ticks) * 2 < kDearReadingNs || !tsc_keeps_time()) return unused;
  wait_ns(kCalibrationNs);
  const Reading second = read_both();
  const double ns_per_tick =
      static_cast<double>(second.ns - first.ns) / static_cast<double>(second.ticks - first.ticks);
  // Whatever went wrong in between, a pace out of this range is not a time-stamp counter's.
  if (!(ns_per_tick > 0.1 && ns_per_tick < 2)) return unused;
  return {second.ticks, second.ns, ns_per_tick};
}

#else

// aarch64 and others read CLOCK_MONOTONIC from user space.
TscScale calibrate() { return {0, 0, 0}; }

#endif

}  // namespace

const TscScale kTscScale = calibrate();

}  // namespace kubedyno::traffic
