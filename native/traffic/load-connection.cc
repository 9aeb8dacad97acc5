#include "load-connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

constexpr uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

template <typename Value>
void set_option(const FileDescriptor& socket, int level, int name, const Value& value, const char* what) {
  if (::setsockopt(socket.get(), level, name, &value, sizeof(value)) < 0) throw system_failure(errno, what);
}

FileDescriptor open_socket(const ConnectionPlan& plan, const SocketAddress* source) {
  const bool udp = plan.mode == LoadMode::kUdp;
  const int type = (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  FileDescriptor socket(::socket(plan.target.family(), type, 0));
  if (!socket.is_open()) throw system_failure(errno, "cannot open one more connection (lower the connections, or raise 'ulimit -n')");
  if (!udp) {
    // Closing sends RST: thousands of closed connections would otherwise hold their ports in TIME_WAIT.
    set_option(socket, SOL_SOCKET, SO_LINGER, linger{1, 0}, "setsockopt(SO_LINGER)");
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, "setsockopt(TCP_NODELAY)");
  }
  if (source != nullptr) {
    // The port is chosen by connect, which knows the target: the same port may then serve several targets.
    set_option(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1, "setsockopt(IP_BIND_ADDRESS_NO_PORT)");
    if (::bind(socket.get(), source->get(), source->length) < 0) {
      throw system_failure(errno, "cannot bind to a source address of the load");
    }
  }
  return socket;
}

// Whether the errno says that no connection came about, rather than that one ended.
bool never_connected(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ETIMEDOUT:
    case EADDRNOTAVAIL:
    case EACCES:
    case EPERM:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Connection::watch(int operation, uint32_t events) {
  epoll_event event{};
  event.events = events | EPOLLET;
  event.data.ptr = this;
  if (::epoll_ctl(plan_->epoll_fd, operation, socket_.get(), &event) < 0) throw system_failure(errno, "epoll_ctl");
}

Progress Connection::open() {
  close();
  socket_ = open_socket(*plan_, source_);
  watches_output_ = plan_->mode == LoadMode::kRequestReply;
  watch(EPOLL_CTL_ADD, EPOLLIN | EPOLLRDHUP | (watches_output_ ? uint32_t{EPOLLOUT} : 0));
  state_ = State::kReady;
  return plan_->mode == LoadMode::kConnectRequestReply ? Progress::kReady : connect();
}

Progress Connection::connect() {
  if (::connect(socket_.get(), plan_->target.get(), plan_->target.length) == 0) return Progress::kReady;
  if (errno != EINPROGRESS) {
    close();
    return Progress::kConnectFailed;
  }
  state_ = State::kConnecting;
  return Progress::kPending;
}

Progress Connection::request() {
  sent_ = 0;
  reply_.start();
  state_ = State::kSending;
  if (plan_->mode == LoadMode::kConnectRequestReply) {
    const int outcome = ::connect(socket_.get(), plan_->target.get(), plan_->target.length);
    if (outcome < 0 && errno != EINPROGRESS) {
      close();
      return Progress::kConnectFailed;
    }
    // Over loopback and veth the handshake runs within `connect`: sending right away succeeds there, and saves a wait.
  }
  return send_rest();
}

Progress Connection::send_rest() {
  while (sent_ < plan_->request.size()) {
    const ssize_t count =
        ::send(socket_.get(), plan_->request.data() + sent_, plan_->request.size() - sent_, MSG_NOSIGNAL);
    if (count >= 0) {
      sent_ += static_cast<size_t>(count);
    } else if (errno == EAGAIN) {
      if (!watches_output_) {
        watches_output_ = true;
        watch(EPOLL_CTL_MOD, EPOLLIN | EPOLLRDHUP | EPOLLOUT);
      }
      return Progress::kPending;
    } else if (errno != EINTR) {
      return failed(errno);
    }
  }
  // The reply cannot be here yet; epoll will tell.
  state_ = State::kAwaiting;
  return Progress::kPending;
}

Progress Connection::on_ready(uint32_t events, std::vector<char>& buffer) {
  switch (state_) {
    case State::kConnecting: {
      if ((events & (EPOLLOUT | kEnded)) == 0) return Progress::kPending;
      int error_number = 0;
      socklen_t size = sizeof(error_number);
      if (::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error_number, &size) < 0) error_number = errno;
      if (error_number != 0) {
        close();
        return Progress::kConnectFailed;
      }
      state_ = State::kReady;
      return Progress::kReady;
    }
    case State::kSending:
      return send_rest();
    case State::kAwaiting:
      return (events & (EPOLLIN | kEnded)) == 0 ? Progress::kPending : receive(events, buffer);
    case State::kReady:
      // A socket between two connections of connect-request-reply is closed by definition.
      if (plan_->mode == LoadMode::kConnectRequestReply || (events & (EPOLLIN | kEnded)) == 0) return Progress::kPending;
      close();
      return Progress::kIdleClosed;
    case State::kClosed:
      return Progress::kPending;
  }
  return Progress::kPending;
}

Progress Connection::receive(uint32_t events, std::vector<char>& buffer) {
  const bool udp = plan_->mode == LoadMode::kUdp;
  while (true) {
    const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) {
      if (errno == EAGAIN) return Progress::kPending;
      if (errno != EINTR) return failed(errno);
      continue;
    }
    if (count == 0 && !udp) {
      if (reply_.peer_closed() == ReplyState::kComplete) return replied();
      const bool begun = reply_.has_begun();
      close();
      return begun ? Progress::kShort : Progress::kReset;
    }
    const ReplyState state = reply_.feed({buffer.data(), static_cast<size_t>(count)});
    if (state == ReplyState::kComplete) return replied();
    // A datagram is a whole reply or none.
    if (state == ReplyState::kMalformed || udp) {
      close();
      return Progress::kShort;
    }
    // The buffer was not filled, so the socket is empty: what comes later makes a new edge.
    if (static_cast<size_t>(count) < buffer.size() && (events & kEnded) == 0) return Progress::kPending;
  }
}

Progress Connection::replied() { return reply_.is_failure() ? Progress::kBadStatus : Progress::kReplied; }

Progress Connection::settle() {
  state_ = State::kReady;
  if (plan_->mode == LoadMode::kConnectRequestReply) {
    // Resets the connection and makes the socket as new, without the cost of another one in the generator.
    const sockaddr nowhere{AF_UNSPEC, {}};
    return ::connect(socket_.get(), &nowhere, sizeof(nowhere)) == 0 ? Progress::kReady : open();
  }
  return reply_.keeps_connection() ? Progress::kReady : open();
}

void Connection::close() {
  socket_.reset();
  state_ = State::kClosed;
}

Progress Connection::failed(int error_number) {
  const bool begun = reply_.has_begun();
  close();
  if (never_connected(error_number)) return Progress::kConnectFailed;
  return begun ? Progress::kShort : Progress::kReset;
}

}  // namespace kubedyno::traffic
