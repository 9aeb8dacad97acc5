// Ethernet frames of IPv4 UDP datagrams and TCP SYNs. No Node and no socket here.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inject-flow.h"
#include "mac-address.h"

namespace kubedyno::traffic {

enum class FrameKind { kUdp, kTcpSyn };

struct FrameSpec {
  MacAddress source_mac{};
  MacAddress destination_mac{};
  // Host byte order.
  uint32_t target = 0;
  uint16_t target_port = 0;
  FrameKind kind = FrameKind::kUdp;
  // UDP only; zeros.
  size_t payload_bytes = 0;
};

// Writes frames that differ in source address and port only. What does not change is laid out and summed up once.
class FrameBuilder {
 public:
  explicit FrameBuilder(const FrameSpec& spec);

  size_t frame_bytes() const { return template_.size(); }
  // `frame` has frame_bytes(). Both checksums are right: conntrack verifies them, and would call a wrong one INVALID.
  void write(const Flow& flow, std::span<uint8_t> frame) const;

 private:
  std::vector<uint8_t> template_;
  // Ones' complement sums of everything but the flow; the transport's includes its pseudo-header.
  uint32_t network_sum_ = 0;
  uint32_t transport_sum_ = 0;
  size_t transport_checksum_at_ = 0;
};

}  // namespace kubedyno::traffic
