#include "echo-server.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <future>
#include <memory>
#include <utility>

#include "clock.h"
#include "echo-sockets.h"
#include "echo-tcp.h"
#include "echo-udp.h"
#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

constexpr uint64_t kStop = UINT64_MAX;
constexpr int kEventsAtOnce = 256;

void prepare_thread(const EchoOptions& options) {
  // Signals are Node's business.
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  ::pthread_setname_np(::pthread_self(), "echo");
  // Timers end within a nanosecond of what was asked instead of the usual 50 us: service times are as short as that.
  if (::prctl(PR_SET_TIMERSLACK, 1) < 0) throw system_failure(errno, "set the timer slack");
  if (::setns(options.netns_fd, CLONE_NEWNET) < 0) throw system_failure(errno, "enter the network namespace");
  if (!options.cpu) return;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<size_t>(*options.cpu), &cpus);
  if (::sched_setaffinity(0, sizeof(cpus), &cpus) < 0) {
    throw system_failure(errno, "pin the echo thread to CPU " + std::to_string(*options.cpu));
  }
}

UniqueFd make_epoll(int stop_fd) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.valid()) throw system_failure(errno, "create an epoll");
  epoll_event event{.events = EPOLLIN, .data = {}};
  event.data.u64 = kStop;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, stop_fd, &event) < 0) throw system_failure(errno, "watch the stop event");
  return epoll;
}

std::unique_ptr<EchoBackends> open_backends(const EchoOptions& options, int epoll_fd, EchoCounters& counters) {
  if (options.protocol == EchoProtocol::kTcp) return std::make_unique<TcpBackends>(options, epoll_fd, counters);
  return std::make_unique<UdpBackends>(options, epoll_fd, counters);
}

// Waits for sockets, but not beyond the time at which the next request is done.
int wait(int epoll_fd, std::array<epoll_event, kEventsAtOnce>& events, int64_t due_ns) {
  timespec timeout{};
  const bool bounded = due_ns != ServiceStations<int>::kNever;
  if (bounded) {
    constexpr int64_t kNsPerSec = 1'000'000'000;
    const int64_t left_ns = std::max<int64_t>(0, due_ns - monotonic_ns());
    timeout = {static_cast<time_t>(left_ns / kNsPerSec), static_cast<long>(left_ns % kNsPerSec)};
  }
  const int ready = ::epoll_pwait2(epoll_fd, events.data(), kEventsAtOnce, bounded ? &timeout : nullptr, nullptr);
  if (ready >= 0) return ready;
  if (errno == EINTR) return 0;
  throw system_failure(errno, "wait for events (epoll_pwait2 needs Linux 5.11 or later)");
}

void serve(int epoll_fd, EchoBackends& backends) {
  std::array<epoll_event, kEventsAtOnce> events;
  while (true) {
    const int ready = wait(epoll_fd, events, backends.next_due_ns());
    for (int index = 0; index < ready; ++index) {
      if (events[index].data.u64 == kStop) return;
      backends.ready(events[index].data.u64, events[index].events);
    }
    if (backends.next_due_ns() != ServiceStations<int>::kNever) backends.finish_due(monotonic_ns());
  }
}

}  // namespace

EchoServer::EchoServer(EchoOptions options)
    : options_(std::move(options)), counters_(options_.backends.size()), stop_(::eventfd(0, EFD_CLOEXEC)) {
  if (!stop_.valid()) throw system_failure(errno, "create the stop event");
  raise_descriptor_limit();
  std::promise<void> opened;
  thread_ = std::thread([this, &opened] {
    UniqueFd epoll;
    std::unique_ptr<EchoBackends> backends;
    try {
      prepare_thread(options_);
      epoll = make_epoll(stop_.get());
      backends = open_backends(options_, epoll.get(), counters_);
    } catch (...) {
      opened.set_exception(std::current_exception());
      return;
    }
    opened.set_value();
    try {
      serve(epoll.get(), *backends);
    } catch (...) {
      const std::lock_guard lock(failure_lock_);
      failure_ = std::current_exception();
    }
  });
  try {
    opened.get_future().get();
  } catch (...) {
    thread_.join();
    throw;
  }
}

std::vector<uint64_t> EchoServer::counts() const {
  const std::lock_guard lock(failure_lock_);
  if (failure_) std::rethrow_exception(failure_);
  return counters_.read();
}

void EchoServer::close() {
  if (!thread_.joinable()) return;
  ::eventfd_write(stop_.get(), 1);
  thread_.join();
}

}  // namespace kubedyno::traffic
