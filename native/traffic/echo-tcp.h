// TCP backends: accepting, and every connection's way from request to reply. No Node here.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "echo-backends.h"
#include "echo-connection.h"
#include "echo-counters.h"
#include "echo-options.h"
#include "echo-service.h"

namespace kubedyno::traffic {

class TcpBackends final : public EchoBackends {
 public:
  // Opens all listeners in the calling thread's namespace. Throws std::system_error that names the address.
  TcpBackends(const EchoOptions& options, int epoll_fd, EchoCounters& counters);

  void ready(uint64_t data, uint32_t events) override;
  int64_t next_due_ns() const override { return stations_.next_due_ns(); }
  void finish_due(int64_t now_ns) override;

 private:
  // A connection's place. Events and jobs name it by number and generation, so that what was meant for a connection
  // that is gone never reaches its successor.
  struct Slot {
    std::optional<EchoConnection> connection;
    uint32_t generation = 0;
    uint32_t registered_events = 0;
  };
  struct Listener {
    UniqueFd socket;
    // Connections to take at once: as many as the last times were there, so that accept rarely comes back empty.
    uint32_t burst = 1;
  };
  struct Job {
    uint32_t slot;
    uint32_t generation;
  };

  void accept_burst(uint32_t backend);
  // One connection; false when none is left to take.
  bool accept_one(uint32_t backend);
  bool shed_connection(const Listener& listener);
  uint32_t free_slot();
  void serve(uint32_t number);
  // Writes what is owed and keeps, changes or ends the connection.
  void settle(uint32_t number);
  void close(Slot& slot, uint32_t number);

  EchoFraming framing_;
  EchoReplies replies_;
  ServiceStations<Job> stations_;
  int epoll_fd_;
  EchoCounters& counters_;
  std::vector<Listener> listeners_;
  // References stay valid as it grows.
  std::deque<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  std::vector<char> buffer_;
  // Given up for a moment when descriptors have run out.
  UniqueFd reserve_;
};

}  // namespace kubedyno::traffic
