#include "load-poller.h"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

// Longer than a sleeping thread usually takes to be back on its CPU.
constexpr int64_t kSpinNs = 100'000;

// With one CPU a spinning client keeps the server from running: there it always sleeps.
int64_t spin_stretch_ns() { return ::sysconf(_SC_NPROCESSORS_ONLN) > 1 ? kSpinNs : 0; }

}  // namespace

LoadPoller::LoadPoller() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), spin_ns_(spin_stretch_ns()) {
  if (!epoll_.is_open()) throw system_failure(errno, "epoll_create1");
  // By default the kernel may end a sleep 50 us late.
  timer_slack_ns_ = static_cast<unsigned long>(std::max(0, ::prctl(PR_GET_TIMERSLACK)));
  ::prctl(PR_SET_TIMERSLACK, 1);
}

// 0 sets the thread's own default.
LoadPoller::~LoadPoller() { ::prctl(PR_SET_TIMERSLACK, timer_slack_ns_); }

LoadPoller::Wait LoadPoller::wait(int64_t wake_in_ns, bool precise) {
  const int64_t sleep_ns = wake_in_ns - (precise ? spin_ns_ : 0);
  const bool blocks = sleep_ns > 0;
  const int count =
      blocks ? sleep(sleep_ns) : ::epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), 0);
  if (count < 0 && errno != EINTR) throw system_failure(errno, "epoll_wait");
  return {{events_.data(), static_cast<size_t>(std::max(0, count))}, blocks};
}

int LoadPoller::sleep(int64_t duration_ns) {
  const timespec timeout{duration_ns / 1'000'000'000, duration_ns % 1'000'000'000};
  const int capacity = static_cast<int>(events_.size());
#ifdef SYS_epoll_pwait2
  if (has_pwait2_) {
    const long count = ::syscall(SYS_epoll_pwait2, epoll_.get(), events_.data(), capacity, &timeout, nullptr, 0);
    if (count >= 0 || errno != ENOSYS) return static_cast<int>(count);
    has_pwait2_ = false;
  }
#endif
  // Before Linux 5.11 epoll itself counts in milliseconds; an epoll descriptor can be polled in nanoseconds.
  pollfd self{epoll_.get(), POLLIN, 0};
  if (::ppoll(&self, 1, &timeout, nullptr) < 0) return -1;
  return ::epoll_wait(epoll_.get(), events_.data(), capacity, 0);
}

}  // namespace kubedyno::traffic
