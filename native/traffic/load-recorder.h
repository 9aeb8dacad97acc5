// What counts: requests whose intended start lies in the measuring window, and this thread's use of the CPU in it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "histogram.h"
#include "load-options.h"
#include "thread-usage.h"

namespace kubedyno::traffic {

class LoadRecorder {
 public:
  explicit LoadRecorder(const LoadOptions& options)
      : response_(options.response), service_(options.service), lateness_(options.lateness) {}

  // The load starts; until then nothing is covered. The window opens after the warm-up.
  void begin(const LoadOptions& options, int64_t load_started_ns) {
    opens_ns_ = load_started_ns + options.warmup_ns;
    closes_ns_ = opens_ns_ + options.duration_ns;
  }

  int64_t closes_ns() const { return closes_ns_; }
  bool covers(int64_t moment_ns) const { return moment_ns >= opens_ns_ && moment_ns < closes_ns_; }
  // The next moment at which `advance` has something to do.
  int64_t next_change_ns() const {
    if (phase_ == Phase::kBefore) return opens_ns_;
    return phase_ == Phase::kOpen ? closes_ns_ : INT64_MAX;
  }

  void advance(int64_t now_ns) {
    if (phase_ == Phase::kBefore && now_ns >= opens_ns_) {
      phase_ = Phase::kOpen;
      usage_at_opening_ = thread_usage();
    }
    if (phase_ == Phase::kOpen && now_ns >= closes_ns_) close();
  }

  // The load was stopped: the window ends here, and what was meant to start later is not measured.
  void stop(int64_t now_ns) {
    closes_ns_ = std::max(opens_ns_, std::min(closes_ns_, now_ns));
    if (phase_ == Phase::kOpen) close();
    phase_ = Phase::kAfter;
  }

  void started(int64_t intended_ns, int64_t started_ns, bool queued) {
    if (!covers(intended_ns)) return;
    lateness_.record(started_ns - intended_ns);
    if (queued) result_.queued_arrivals += 1;
  }

  void replied(int64_t intended_ns, int64_t started_ns, int64_t replied_ns) {
    if (!covers(intended_ns)) return;
    result_.requests += 1;
    response_.record(replied_ns - intended_ns);
    service_.record(replied_ns - started_ns);
  }

  // `moment_ns`: the intended start of the request that failed, or the present when there was none.
  void failed(uint64_t LoadErrors::*kind, int64_t moment_ns) {
    if (covers(moment_ns)) result_.errors.*kind += 1;
  }

  void dropped(int64_t intended_ns) {
    if (covers(intended_ns)) result_.dropped_arrivals += 1;
  }

  void spun(int64_t duration_ns) {
    if (phase_ == Phase::kOpen) result_.spin_ns += duration_ns;
  }

  LoadResult result() const {
    LoadResult result = result_;
    result.started_at_ns = opens_ns_;
    result.duration_ns = closes_ns_ - opens_ns_;
    return result;
  }

 private:
  enum class Phase { kBefore, kOpen, kAfter };
  void close() {
    const ThreadUsage usage = thread_usage();
    result_.cpu_ns = usage.cpu_ns - usage_at_opening_.cpu_ns;
    result_.involuntary_switches = usage.involuntary_switches - usage_at_opening_.involuntary_switches;
    if (usage.run_delay_ns && usage_at_opening_.run_delay_ns) {
      result_.run_delay_ns = *usage.run_delay_ns - *usage_at_opening_.run_delay_ns;
    }
    phase_ = Phase::kAfter;
  }

  Histogram response_;
  Histogram service_;
  Histogram lateness_;
  int64_t opens_ns_ = INT64_MAX;
  int64_t closes_ns_ = INT64_MAX;
  Phase phase_ = Phase::kBefore;
  ThreadUsage usage_at_opening_;
  LoadResult result_;
};

}  // namespace kubedyno::traffic
