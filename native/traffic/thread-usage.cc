#include "thread-usage.h"

#include <sys/resource.h>

#include <fstream>

namespace kubedyno::traffic {

namespace {

int64_t ns(const timeval& time) { return int64_t{time.tv_sec} * 1'000'000'000 + int64_t{time.tv_usec} * 1'000; }

// "cpu-time run-delay timeslices", ns; part of kernels with CONFIG_SCHED_INFO.
std::optional<int64_t> run_delay_ns() {
  std::ifstream schedstat("/proc/thread-self/schedstat");
  int64_t cpu_ns = 0;
  int64_t delay_ns = 0;
  if (schedstat >> cpu_ns >> delay_ns) return delay_ns;
  return std::nullopt;
}

}  // namespace

ThreadUsage thread_usage() {
  rusage usage{};
  // Cannot fail: both arguments are valid.
  ::getrusage(RUSAGE_THREAD, &usage);
  return {ns(usage.ru_utime) + ns(usage.ru_stime), usage.ru_nivcsw, run_delay_ns()};
}

}  // namespace kubedyno::traffic
