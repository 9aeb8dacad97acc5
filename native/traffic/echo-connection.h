// One connection of a client to a TCP backend: what has been asked and what is still to be written. It knows neither
// time nor epoll.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "echo-counters.h"
#include "echo-options.h"
#include "echo-request.h"
#include "unique-fd.h"

namespace kubedyno::traffic {

// The replies of a server, all ready to be written.
struct EchoReplies {
  explicit EchoReplies(const EchoFraming& framing);

  std::string usual;
  // For the last request of a connection that ends.
  std::string last;
  // For what is not a request.
  std::string rejection;
};

class EchoConnection {
 public:
  // `replies` and `counters` outlive the connection.
  EchoConnection(UniqueFd socket, uint32_t backend, const EchoFraming& framing, const EchoReplies& replies,
                 EchoCounters& counters)
      : socket_(std::move(socket)), backend_(backend), reader_(framing), replies_(&replies), counters_(&counters) {}

  // Reads once. Returns the requests that are now complete; each is to be worked on and then given to `answer`.
  uint32_t receive(std::span<char> buffer);
  // The work on one request is done.
  void answer() {
    --working_;
    ++owed_;
  }
  // Writes as much as the socket takes.
  void flush();

  // Nothing more will come or go: to be closed.
  bool finished() const;
  // What epoll should wait for. EPOLLERR and EPOLLHUP, which it always reports, mean that the peer is gone.
  uint32_t wanted_events() const;
  int fd() const { return socket_.get(); }
  uint32_t backend() const { return backend_; }

 private:
  enum class Ending { kNone, kAfterReplies, kAfterRejection, kPeerDone, kBroken };

  const std::string* next_reply();

  // A client that pipelines without end is read no further than this.
  static constexpr uint32_t kPipelineLimit = 256;

  UniqueFd socket_;
  uint32_t backend_;
  RequestReader reader_;
  const EchoReplies* replies_;
  EchoCounters* counters_;
  Ending ending_ = Ending::kNone;
  // Requests being worked on or waiting for it; replies not yet begun.
  uint32_t working_ = 0;
  uint32_t owed_ = 0;
  // The reply that is being written, and how much of it is.
  const std::string* current_ = nullptr;
  size_t written_ = 0;
};

}  // namespace kubedyno::traffic
