#include "echo-tcp.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "clock.h"
#include "echo-sockets.h"
#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

constexpr uint32_t kMaxBurst = 64;
constexpr size_t kReadBytes = 65'536;
// The generation that stands for a listener; slots begin at 0 and would need years to get there.
constexpr uint32_t kListener = UINT32_MAX;

uint64_t epoll_data(uint32_t number, uint32_t generation) { return uint64_t{generation} << 32 | number; }

UniqueFd spare_descriptor() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

TcpBackends::TcpBackends(const EchoOptions& options, int epoll_fd, EchoCounters& counters)
    : framing_(options.framing),
      replies_(options.framing),
      stations_(options.backends, options.seed),
      epoll_fd_(epoll_fd),
      counters_(counters),
      buffer_(kReadBytes),
      reserve_(spare_descriptor()) {
  listeners_.reserve(options.backends.size());
  for (const EchoBackend& backend : options.backends) {
    UniqueFd socket = open_backend_socket(backend, EchoProtocol::kTcp);
    epoll_event event{.events = EPOLLIN, .data = {}};
    event.data.u64 = epoll_data(static_cast<uint32_t>(listeners_.size()), kListener);
    if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, socket.get(), &event) < 0) throw system_failure(errno, "watch a listener");
    listeners_.push_back({std::move(socket)});
  }
}

void TcpBackends::ready(uint64_t data, uint32_t events) {
  const auto number = static_cast<uint32_t>(data);
  const auto generation = static_cast<uint32_t>(data >> 32);
  if (generation == kListener) return accept_burst(number);
  Slot& slot = slots_[number];
  if (slot.generation != generation) return;
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) return close(slot, number);
  if ((events & EPOLLIN) != 0) return serve(number);
  settle(number);
}

void TcpBackends::finish_due(int64_t now_ns) {
  stations_.finish_due(now_ns, [this](uint32_t, const Job& job) {
    Slot& slot = slots_[job.slot];
    if (slot.generation != job.generation) return;
    slot.connection->answer();
    settle(job.slot);
  });
}

void TcpBackends::accept_burst(uint32_t backend) {
  uint32_t& burst = listeners_[backend].burst;
  for (uint32_t taken = 0; taken < burst; ++taken) {
    if (accept_one(backend)) continue;
    burst = std::max(1U, taken);
    return;
  }
  burst = std::min(kMaxBurst, burst * 2);
}

bool TcpBackends::accept_one(uint32_t backend) {
  const Listener& listener = listeners_[backend];
  UniqueFd socket(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.valid()) {
    if (errno == EMFILE || errno == ENFILE) return shed_connection(listener);
    // Errors of a connection that ended while it waited; the next one may be fine.
    return errno == EINTR || errno == ECONNABORTED || errno == EPROTO;
  }
  const uint32_t number = free_slot();
  slots_[number].connection.emplace(std::move(socket), backend, framing_, replies_, counters_);
  // The request is often there already: an attempt now saves waiting for it.
  serve(number);
  return true;
}

// With no descriptor left, connections would wait unanswered and epoll would report them over and over.
bool TcpBackends::shed_connection(const Listener& listener) {
  reserve_.reset();
  UniqueFd refused(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const bool taken = refused.valid();
  refused.reset();
  reserve_ = spare_descriptor();
  return taken;
}

uint32_t TcpBackends::free_slot() {
  if (free_slots_.empty()) {
    slots_.emplace_back();
    return static_cast<uint32_t>(slots_.size() - 1);
  }
  const uint32_t number = free_slots_.back();
  free_slots_.pop_back();
  return number;
}

void TcpBackends::serve(uint32_t number) {
  Slot& slot = slots_[number];
  EchoConnection& connection = *slot.connection;
  const uint32_t requests = connection.receive(buffer_);
  const bool takes_time = requests > 0 && stations_.takes_time(connection.backend());
  const int64_t now_ns = takes_time ? monotonic_ns() : 0;
  for (uint32_t request = 0; request < requests; ++request) {
    if (!stations_.admit(connection.backend(), {number, slot.generation}, now_ns)) connection.answer();
  }
  settle(number);
}

void TcpBackends::settle(uint32_t number) {
  Slot& slot = slots_[number];
  EchoConnection& connection = *slot.connection;
  connection.flush();
  if (connection.finished()) return close(slot, number);
  const uint32_t wanted = connection.wanted_events();
  // 0 means not registered yet as well as registered for nothing but EPOLLERR and EPOLLHUP: in both cases ADD or MOD
  // fails for the wrong one, so a bit that epoll always reports tells them apart.
  const uint32_t registering = wanted | EPOLLERR;
  if (registering == slot.registered_events) return;
  const int operation = slot.registered_events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  epoll_event event{.events = registering, .data = {}};
  event.data.u64 = epoll_data(number, slot.generation);
  if (::epoll_ctl(epoll_fd_, operation, connection.fd(), &event) < 0) return close(slot, number);
  slot.registered_events = registering;
}

void TcpBackends::close(Slot& slot, uint32_t number) {
  slot.connection.reset();
  ++slot.generation;
  slot.registered_events = 0;
  free_slots_.push_back(number);
}

}  // namespace kubedyno::traffic
