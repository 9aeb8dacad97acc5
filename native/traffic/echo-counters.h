// Replies per backend: written by the serving thread, read by any other.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace kubedyno::traffic {

class EchoCounters {
 public:
  explicit EchoCounters(size_t backends) : counters_(backends) {}

  // Before the reply is handed to the kernel, so that who has got a reply also finds it counted. One thread only: a
  // plain addition, no locked instruction.
  void replying(uint32_t backend) {
    std::atomic<uint64_t>& counter = counters_[backend];
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  // The kernel would not take the reply after all.
  void refused(uint32_t backend) {
    std::atomic<uint64_t>& counter = counters_[backend];
    counter.store(counter.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  }

  std::vector<uint64_t> read() const {
    std::vector<uint64_t> values;
    values.reserve(counters_.size());
    for (const std::atomic<uint64_t>& counter : counters_) values.push_back(counter.load(std::memory_order_relaxed));
    return values;
  }

 private:
  std::vector<std::atomic<uint64_t>> counters_;
};

}  // namespace kubedyno::traffic
