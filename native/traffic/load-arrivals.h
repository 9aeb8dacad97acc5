// When requests are meant to start. src/load/arrivals.ts is the model; a test holds both sequences together.
#pragma once

#include <cmath>
#include <cstdint>

#include "load-options.h"
#include "random.h"

namespace kubedyno::traffic {

// An endless, never decreasing sequence of offsets from the start of the load, ns. Open loop only.
class ArrivalProcess {
 public:
  ArrivalProcess(ArrivalKind kind, double rate_per_sec, uint64_t seed)
      : kind_(kind), rate_per_sec_(rate_per_sec), random_(seed) {
    if (kind_ == ArrivalKind::kConstant) phase_ = random_.unit();
  }

  int64_t next() {
    if (kind_ == ArrivalKind::kPoisson) {
      offset_ns_ += std::llround(random_.exponential() * (kNsPerSec / rate_per_sec_));
      return offset_ns_;
    }
    // Each offset is computed from its number, so that rounding does not add up to drift. The seed sets the phase:
    // generators with different seeds interleave rather than fire together.
    return static_cast<int64_t>((phase_ + arrivals_++) * kNsPerSec / rate_per_sec_);
  }

 private:
  static constexpr double kNsPerSec = 1e9;

  ArrivalKind kind_;
  double rate_per_sec_;
  Random random_;
  double phase_ = 0;
  double arrivals_ = 0;
  int64_t offset_ns_ = 0;
};

}  // namespace kubedyno::traffic
