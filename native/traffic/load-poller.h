// Waiting: for readiness of sockets, or for the time to start the next request.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "file-descriptor.h"

namespace kubedyno::traffic {

class LoadPoller {
 public:
  LoadPoller();
  ~LoadPoller();
  LoadPoller(const LoadPoller&) = delete;
  LoadPoller& operator=(const LoadPoller&) = delete;

  int epoll_fd() const { return epoll_.get(); }

  struct Wait {
    std::span<const epoll_event> events;
    // Whether the thread may have slept, rather than looked once and come back.
    bool blocked;
  };
  // Until a socket is ready, or for `wake_in_ns`, or less: when `precise`, the last stretch before the wake-up is left
  // to the caller, who comes back at once and so spins, because a sleeping thread wakes up late.
  // The events are valid until the next call.
  Wait wait(int64_t wake_in_ns, bool precise);

 private:
  int sleep(int64_t duration_ns);

  FileDescriptor epoll_;
  std::array<epoll_event, 64> events_{};
  int64_t spin_ns_;
  unsigned long timer_slack_ns_;
  bool has_pwait2_ = true;
};

}  // namespace kubedyno::traffic
