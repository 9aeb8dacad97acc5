// Which request may start now: the arrivals of the open loop, or in the closed loop as soon as a connection is free.
#pragma once

#include <optional>

#include "load-arrivals.h"
#include "load-options.h"

namespace kubedyno::traffic {

// Arrivals that wait for a connection need no queue: they are the part of the sequence that is due and not yet taken.
class LoadSchedule {
 public:
  // The load starts; until then nothing is due.
  void begin(const LoadOptions& options, int64_t load_started_ns) {
    closed_loop_ = options.arrivals == ArrivalKind::kClosed;
    started_ns_ = load_started_ns;
    ends_ns_ = load_started_ns + options.warmup_ns + options.duration_ns;
    if (closed_loop_) return;
    process_.emplace(options.arrivals, options.rate_per_sec, options.seed);
    head_ns_ = started_ns_ + process_->next();
  }

  bool closed_loop() const { return closed_loop_; }
  // Whether a request is meant to have started by now.
  bool due(int64_t now_ns) const { return closed_loop_ ? now_ns < ends_ns_ : head_ns_ <= now_ns && head_ns_ < ends_ns_; }
  // Nothing will be due any more.
  bool exhausted(int64_t now_ns) const { return closed_loop_ ? now_ns >= ends_ns_ : head_ns_ >= ends_ns_; }
  // When the next request is meant to start; only where one is left.
  int64_t head_ns(int64_t now_ns) const { return closed_loop_ ? now_ns : head_ns_; }

  // Takes the head and returns its intended start.
  int64_t take(int64_t now_ns) {
    if (closed_loop_) return now_ns;
    const int64_t intended_ns = head_ns_;
    head_ns_ = started_ns_ + process_->next();
    return intended_ns;
  }

 private:
  bool closed_loop_ = true;
  int64_t started_ns_ = 0;
  int64_t ends_ns_ = INT64_MIN;
  std::optional<ArrivalProcess> process_;
  int64_t head_ns_ = 0;
};

}  // namespace kubedyno::traffic
