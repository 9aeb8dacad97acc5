// The generator of src/stats/random.ts: xoshiro128** (Blackman and Vigna, 2018) seeded through splitmix64, so that a
// seed means the same sequence here and there.
#pragma once

#include <bit>
#include <cstdint>

namespace kubedyno::traffic {

class Random {
 public:
  explicit Random(uint64_t seed) {
    const uint64_t first = splitmix64(seed);
    const uint64_t second = splitmix64(seed);
    state_[0] = static_cast<uint32_t>(first);
    state_[1] = static_cast<uint32_t>(first >> 32);
    state_[2] = static_cast<uint32_t>(second);
    state_[3] = static_cast<uint32_t>(second >> 32);
  }

  uint32_t next() {
    const uint32_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint32_t shifted = state_[1] << 9;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 11);
    return result;
  }

  // Uniform over the 2^53 multiples of 2^-53 in [0, 1): two draws, the first one the higher bits.
  double unit() {
    const uint64_t high = next() >> 5;
    const uint64_t low = next() >> 6;
    return static_cast<double>(high << 26 | low) / static_cast<double>(uint64_t{1} << 53);
  }

  // Exponential with mean 1 by von Neumann's comparison method (1951): only comparisons and additions of uniforms, so
  // the result is the same on every machine, which a logarithm from a library is not.
  double exponential() {
    for (double whole = 0;; whole += 1) {
      const double first = unit();
      double last = first;
      for (bool odd = true;; odd = !odd) {
        const double drawn = unit();
        if (drawn >= last) {
          if (odd) return whole + first;
          break;
        }
        last = drawn;
      }
    }
  }

 private:
  static uint64_t splitmix64(uint64_t& state) {
    state += 0x9e3779b97f4a7c15;
    uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }

  uint32_t state_[4];
};

}  // namespace kubedyno::traffic
