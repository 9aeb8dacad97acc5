// Backends as queueing stations: how long requests wait and are worked on. It only computes, with the time it is told.
#pragma once

#include <cmath>
#include <cstdint>
#include <deque>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

#include "echo-options.h"
#include "random.h"

namespace kubedyno::traffic {

// `Job` says whom to answer; the stations hand it back when its time is over.
template <typename Job>
class ServiceStations {
 public:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  ServiceStations(const std::vector<EchoBackend>& backends, uint64_t seed) {
    stations_.reserve(backends.size());
    // A generator each: the n-th request of a backend takes the same time whatever the other backends are asked.
    Random seeds(seed);
    for (const EchoBackend& backend : backends) {
      const uint64_t high = seeds.next();
      stations_.emplace_back(backend.service_time, high << 32 | seeds.next());
    }
  }

  // False: the backend needs no time, the job is done. True: `finish_due` will hand it back.
  bool admit(uint32_t backend, const Job& job, int64_t now_ns) {
    Station& station = stations_[backend];
    if (station.time.kind == ServiceTimeKind::kNone) return false;
    const bool free = station.time.concurrency == 0 || station.busy < station.time.concurrency;
    if (free) {
      begin(backend, job, now_ns);
    } else {
      station.waiting.push_back(job);
    }
    return true;
  }

  // Whether this backend's `admit` reads the time at all.
  bool takes_time(uint32_t backend) const { return stations_[backend].time.kind != ServiceTimeKind::kNone; }

  int64_t next_due_ns() const { return working_.empty() ? kNever : working_.top().due_ns; }

  // Calls `finish(backend, job)` for each job that is done by `now_ns`, in the order of being done. `finish` may admit.
  template <typename Finish>
  void finish_due(int64_t now_ns, Finish finish) {
    while (next_due_ns() <= now_ns) {
      const Working done = working_.top();
      working_.pop();
      Station& station = stations_[done.backend];
      --station.busy;
      if (!station.waiting.empty()) {
        // The next in line began the moment its predecessor ended, not when this thread got to notice it: a late
        // wake-up must not make the backend slower than its model.
        const Job next = std::move(station.waiting.front());
        station.waiting.pop_front();
        begin(done.backend, next, done.due_ns);
      }
      finish(done.backend, done.job);
    }
  }

 private:
  struct Station {
    Station(const ServiceTime& service_time, uint64_t seed) : time(service_time), random(seed) {}

    ServiceTime time;
    Random random;
    uint32_t busy = 0;
    std::deque<Job> waiting;
  };

  struct Working {
    int64_t due_ns;
    // Breaks ties: first begun, first done.
    uint64_t number;
    uint32_t backend;
    Job job;

    // std::priority_queue keeps the greatest on top.
    bool operator<(const Working& other) const {
      return due_ns != other.due_ns ? due_ns > other.due_ns : number > other.number;
    }
  };

  void begin(uint32_t backend, const Job& job, int64_t start_ns) {
    Station& station = stations_[backend];
    const double mean_ns = station.time.mean_ns * station.time.slow_factor;
    const double drawn = station.time.kind == ServiceTimeKind::kExponential ? station.random.exponential() : 1;
    ++station.busy;
    working_.push({start_ns + std::llround(mean_ns * drawn), begun_++, backend, job});
  }

  std::vector<Station> stations_;
  std::priority_queue<Working> working_;
  uint64_t begun_ = 0;
};

}  // namespace kubedyno::traffic
