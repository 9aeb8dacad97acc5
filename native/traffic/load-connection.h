// One client connection: its socket, and how far its request and reply have come. It knows nothing of time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file-descriptor.h"
#include "load-list.h"
#include "load-options.h"
#include "load-reply.h"
#include "socket-address.h"

namespace kubedyno::traffic {

// What all connections of a run have in common.
struct ConnectionPlan {
  LoadMode mode;
  SocketAddress target;
  std::string request;
  int epoll_fd;
};

// What came of a step.
enum class Progress {
  kPending,      // nothing yet: the socket's next readiness will tell
  kReady,        // can take a request
  kReplied,      // the whole reply is here; `settle` makes the connection ready for the next request
  kBadStatus,    // likewise, but the reply says that the request failed
  kConnectFailed,
  kReset,        // ended before any byte of the reply
  kShort,        // ended within the reply, or the reply is not what the framing says
  kIdleClosed,   // the peer closed a connection that nothing was asked of
};

class Connection : public ListNode<Connection> {
 public:
  // `source` may be null: the kernel chooses the address. Both outlive the connection.
  Connection(const ConnectionPlan& plan, const SocketAddress* source, ReplyReader reply)
      : plan_(&plan), source_(source), reply_(reply) {}

  // A new socket, closing the old one, and in the modes that keep connections the way to the target.
  // Throws std::system_error when the socket itself cannot be had: no descriptors left, source address not ours.
  Progress open();
  // Only when ready.
  Progress request();
  // Readiness as epoll reports it. `buffer` is scratch space that any connection may use in turn.
  Progress on_ready(uint32_t events, std::vector<char>& buffer);
  Progress settle();
  void close();

  // The target has not accepted the connection, or not that we know.
  bool is_connecting() const {
    return state_ == State::kConnecting ||
           (state_ == State::kSending && sent_ == 0 && plan_->mode == LoadMode::kConnectRequestReply);
  }

  // The engine's times of the present request.
  int64_t intended_ns = 0;
  int64_t started_ns = 0;
  bool in_flight = false;
  // When a connection that failed may be opened again.
  int64_t rested_ns = 0;

 private:
  enum class State { kClosed, kConnecting, kReady, kSending, kAwaiting };

  Progress connect();
  Progress send_rest();
  Progress receive(uint32_t events, std::vector<char>& buffer);
  Progress replied();
  Progress failed(int error_number);
  void watch(int operation, uint32_t events);

  const ConnectionPlan* plan_;
  const SocketAddress* source_;
  FileDescriptor socket_;
  State state_ = State::kClosed;
  bool watches_output_ = false;
  size_t sent_ = 0;
  ReplyReader reply_;
};

}  // namespace kubedyno::traffic
