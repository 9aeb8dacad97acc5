// Replies per backend: written by the serving thread, read by any other.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace kubedyno::traffic {

class EchoCounters {
 public:
  explicit EchoCounters(size_t backends) : counters_(backends) {}

  // One thread only: a plain addition, no locked instruction.
  void add(uint32_t backend, uint64_t replies) {
    std::atomic<uint64_t>& counter = counters_[backend];
    counter.store(counter.load(std::memory_order_relaxed) + replies, std::memory_order_relaxed);
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
