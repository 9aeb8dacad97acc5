// UDP backends. No Node here.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "echo-backends.h"
#include "echo-counters.h"
#include "echo-options.h"
#include "echo-service.h"
#include "socket-address.h"
#include "unique-fd.h"

namespace kubedyno::traffic {

// Every datagram is a request, whatever its length. The reply begins with the request's first bytes, so that a client
// can tell which of its requests it answers.
class UdpBackends final : public EchoBackends {
 public:
  // Opens all sockets in the calling thread's namespace. Throws std::system_error that names the address.
  UdpBackends(const EchoOptions& options, int epoll_fd, EchoCounters& counters);

  void ready(uint64_t data, uint32_t events) override;
  int64_t next_due_ns() const override { return stations_.next_due_ns(); }
  void finish_due(int64_t now_ns) override;

 private:
  static constexpr size_t kEchoedBytes = 32;
  static constexpr size_t kBatch = 64;

  struct Request {
    SocketAddress client;
    std::array<char, kEchoedBytes> head;
    size_t head_bytes;
  };

  size_t receive(uint32_t backend);
  void send_replies(uint32_t backend, size_t count);

  ServiceStations<Request> stations_;
  EchoCounters& counters_;
  std::vector<UniqueFd> sockets_;
  size_t reply_bytes_;
  // What follows the echoed bytes.
  std::string filler_;
  std::vector<Request> requests_;
  std::vector<Request> replies_;
};

}  // namespace kubedyno::traffic
