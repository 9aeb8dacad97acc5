// Runs requests through ServiceStations on a made-up clock. Input: a line with the number of backends and the seed; a
// line `kind meanNs slowFactor concurrency` per backend; then `arriveNs backend` per request, in order of time. Output:
// `request doneNs` in the order of being done. Time is noticed only at arrivals and at the very end, as late as can be.
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "echo-service.h"

using kubedyno::traffic::EchoBackend;
using kubedyno::traffic::ServiceStations;
using kubedyno::traffic::ServiceTimeKind;

int main() {
  size_t backends = 0;
  uint64_t seed = 0;
  std::cin >> backends >> seed;
  std::vector<EchoBackend> described(backends);
  for (EchoBackend& backend : described) {
    std::string kind;
    std::cin >> kind >> backend.service_time.mean_ns >> backend.service_time.slow_factor >>
        backend.service_time.concurrency;
    backend.service_time.kind = kind == "none"    ? ServiceTimeKind::kNone
                                : kind == "fixed" ? ServiceTimeKind::kFixed
                                                  : ServiceTimeKind::kExponential;
  }
  ServiceStations<uint64_t> stations(described, seed);
  // What is done is taken one due time after another, so that the due time can be told.
  const auto finish_until = [&stations](int64_t now_ns) {
    while (stations.next_due_ns() <= now_ns) {
      const int64_t due_ns = stations.next_due_ns();
      stations.finish_due(due_ns, [due_ns](uint32_t, uint64_t request) {
        std::cout << request << ' ' << due_ns << '\n';
      });
    }
  };
  int64_t arrive_ns = 0;
  uint32_t backend = 0;
  for (uint64_t request = 0; std::cin >> arrive_ns >> backend; ++request) {
    finish_until(arrive_ns);
    if (!stations.admit(backend, request, arrive_ns)) std::cout << request << ' ' << arrive_ns << '\n';
  }
  finish_until(ServiceStations<uint64_t>::kNever - 1);
}
