// The log-linear histogram of src/stats/histogram.ts, for writers in C++. Counts are doubles over memory shared with
// JavaScript, so that merging there is plain addition. A test holds both layouts together.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace kubedyno::traffic {

inline constexpr int kSubBucketBits = 7;
inline constexpr int64_t kSubBuckets = int64_t{1} << kSubBucketBits;
inline constexpr int kMaxValueBits = 40;
inline constexpr size_t kBucketCount = (kMaxValueBits - kSubBucketBits + 1) * kSubBuckets;

// The bucket that holds `value_ns`. Negative values count as 0, values of 2^40 ns and more in the last bucket.
inline size_t bucket_index(int64_t value_ns) {
  if (value_ns < kSubBuckets) return static_cast<size_t>(std::max<int64_t>(0, value_ns));
  const int highest_bit = std::bit_width(static_cast<uint64_t>(value_ns)) - 1;
  if (highest_bit >= kMaxValueBits) return kBucketCount - 1;
  const int shift = highest_bit - kSubBucketBits;
  return static_cast<size_t>(shift * kSubBuckets + (value_ns >> shift));
}

// A view of somebody else's counts; one writer at a time.
class Histogram {
 public:
  // `counts` has kBucketCount entries and outlives this view.
  explicit Histogram(double* counts) : counts_(counts) {}

  void record(int64_t value_ns) { counts_[bucket_index(value_ns)] += 1; }

 private:
  double* counts_;
};

}  // namespace kubedyno::traffic
