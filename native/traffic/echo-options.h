// What the echo backends are told: native/traffic/types.ts in C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kubedyno::traffic {

enum class EchoProtocol { kTcp, kUdp };

struct EchoFraming {
  // Otherwise fixed: `request_bytes` in, `reply_bytes` out.
  bool http = false;
  size_t request_bytes = 1;
  size_t reply_bytes = 1;
};

enum class ServiceTimeKind { kNone, kFixed, kExponential };

struct ServiceTime {
  ServiceTimeKind kind = ServiceTimeKind::kNone;
  double mean_ns = 0;
  double slow_factor = 1;
  // Requests worked on at once; 0: no limit.
  uint32_t concurrency = 0;
};

struct EchoBackend {
  std::string ip;
  uint16_t port = 0;
  ServiceTime service_time;
};

struct EchoOptions {
  int netns_fd = -1;
  EchoProtocol protocol = EchoProtocol::kTcp;
  EchoFraming framing;
  std::vector<EchoBackend> backends;
  uint64_t seed = 0;
  std::optional<int> cpu;
};

}  // namespace kubedyno::traffic
