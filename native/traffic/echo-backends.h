// What the serving thread drives: all backends of one protocol, their sockets registered with its epoll.
#pragma once

#include <cstdint>

namespace kubedyno::traffic {

class EchoBackends {
 public:
  virtual ~EchoBackends() = default;

  // A descriptor that was registered with this epoll data is ready.
  virtual void ready(uint64_t data, uint32_t events) = 0;
  // When the next request is done, on the clock of clock.h; ServiceStations::kNever when none is being worked on.
  virtual int64_t next_due_ns() const = 0;
  // Answers the requests that are done by now.
  virtual void finish_due(int64_t now_ns) = 0;
};

}  // namespace kubedyno::traffic
