// Where injected packets end, counted by the kernel. No Node here.
#pragma once

#include <cstdint>
#include <string>

#include "unique-fd.h"

namespace kubedyno::traffic {

// Counts the packets that a device received for another host's link-layer address and therefore dropped at the very
// entrance of its IP stack. See InjectSink in types.ts for why packets should end like that.
class SinkCounter {
 public:
  // Throws std::system_error when the namespace cannot be entered.
  SinkCounter(int netns_fd, std::string device);

  // Packets so far. Throws std::system_error when there is no such device, std::runtime_error when the kernel does not
  // count them (before Linux 5.19).
  uint64_t read() const;

 private:
  UniqueFd socket_;
  std::string device_;
};

}  // namespace kubedyno::traffic
