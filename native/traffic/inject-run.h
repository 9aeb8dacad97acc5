// Raw packets onto a device, timed. No Node here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "inject-flow.h"
#include "inject-frame.h"

namespace kubedyno::traffic {

struct InjectSink {
  int netns_fd = -1;
  std::string device;
};

struct InjectPlan {
  int netns_fd = -1;
  std::string device;
  FrameSpec frame;
  FlowSpace space{0};
  uint64_t first_flow = 0;
  uint64_t flows = 1;
  uint64_t packets = 1;
  std::optional<InjectSink> sink;
};

struct InjectOutcome {
  uint64_t packets = 0;
  int64_t elapsed_ns = 0;
  std::vector<double> batch_ns_per_packet;
  std::optional<uint64_t> delivered;
};

// Throws std::system_error when the kernel refuses the socket or a packet.
InjectOutcome run_injection(const InjectPlan& plan);

}  // namespace kubedyno::traffic
