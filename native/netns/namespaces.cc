#include "namespaces.h"

#include <fcntl.h>
#include <linux/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <thread>

namespace kubedyno::netns {

namespace {

class OwnedFd {
 public:
  explicit OwnedFd(int fd) noexcept : fd_(fd) {}
  ~OwnedFd() {
    if (fd_ >= 0) ::close(fd_);
  }
  OwnedFd(const OwnedFd&) = delete;
  OwnedFd& operator=(const OwnedFd&) = delete;
  int get() const noexcept { return fd_; }
  int release() noexcept {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_;
};

void raise_loopback() {
  const OwnedFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) throw SystemError("socket", errno);
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) < 0) throw SystemError("bring lo up", errno);
}

// A namespace belongs to a thread. Work that must happen inside another one is done by a thread of its own that ends
// there: nothing has to be undone, so nothing can be left half undone.
template <typename Work>
int on_own_thread(Work work) {
  int result = -1;
  std::exception_ptr failure;
  std::thread worker([&] {
    try {
      result = work();
    } catch (...) {
      failure = std::current_exception();
    }
  });
  worker.join();
  if (failure) std::rethrow_exception(failure);
  return result;
}

}  // namespace

SystemError::SystemError(std::string operation, int error_number)
    : std::runtime_error(operation + ": " + std::strerror(error_number)),
      operation_(std::move(operation)),
      error_number_(error_number) {}

int current_namespace() {
  const int fd = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw SystemError("open /proc/thread-self/ns/net", errno);
  return fd;
}

int create_namespace() {
  return on_own_thread([] {
    if (::unshare(CLONE_NEWNET) < 0) throw SystemError("unshare(CLONE_NEWNET)", errno);
    OwnedFd created(current_namespace());
    raise_loopback();
    return created.release();
  });
}

void enter_namespace(int namespace_fd) {
  if (::setns(namespace_fd, CLONE_NEWNET) < 0) throw SystemError("setns", errno);
}

void pin_thread(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  // CPU_SET ignores numbers beyond the set; an empty set would be refused with the same EINVAL.
  if (cpu >= 0) CPU_SET(static_cast<size_t>(cpu), &cpus);
  if (::sched_setaffinity(0, sizeof(cpus), &cpus) < 0) throw SystemError("sched_setaffinity", errno);
}

int open_socket_in(int namespace_fd, int domain, int type, int protocol) {
  return on_own_thread([=] {
    enter_namespace(namespace_fd);
    const int fd = ::socket(domain, type | SOCK_CLOEXEC, protocol);
    if (fd < 0) throw SystemError("socket", errno);
    return fd;
  });
}

}  // namespace kubedyno::netns
