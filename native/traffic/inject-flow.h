// The flows an injector can send, numbered: every number is a 5-tuple of its own.
#pragma once

#include <cstdint>

namespace kubedyno::traffic {

// The part of a 5-tuple that changes from flow to flow, in host byte order.
struct Flow {
  uint32_t source;
  uint16_t source_port;
};

// A /16 of source addresses times the unprivileged ports. Addresses change fastest: hashes over the source address see
// as many different ones as there are packets.
class FlowSpace {
 public:
  // The lowest 256 addresses are left out: there lie the network's own address and, in the lab, those of the client and
  // of the node, whose packets the node would drop as martians. So is the highest, the broadcast address.
  static constexpr uint32_t kFirstHost = 256;
  static constexpr uint64_t kSources = 65536 - kFirstHost - 1;
  static constexpr uint16_t kFirstPort = 1024;
  static constexpr uint64_t kPorts = 65536 - kFirstPort;
  static constexpr uint64_t kFlows = kSources * kPorts;

  // Only the upper 16 bits of `network` (host byte order) count.
  explicit FlowSpace(uint32_t network) : network_(network & 0xffff0000) {}

  // `number` is below kFlows.
  Flow at(uint64_t number) const {
    return {network_ + kFirstHost + static_cast<uint32_t>(number % kSources),
            static_cast<uint16_t>(kFirstPort + number / kSources)};
  }

 private:
  uint32_t network_;
};

}  // namespace kubedyno::traffic
