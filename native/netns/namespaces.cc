#include "namespaces.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <system_error>
#include <thread>

#include "unique-fd.h"

namespace kubedyno {
namespace {

std::system_error refused(const char* call) { return {errno, std::generic_category(), call}; }

/** Only loopback needs raising before rtnetlink is at hand, and one ioctl does it. */
void raiseLoopback() {
  const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw refused("socket");
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  if (::ioctl(socket.get(), SIOCSIFFLAGS, &request) != 0) throw refused("bring lo up");
}

}  // namespace

int currentNamespace() {
  const int fd = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw refused("open /proc/thread-self/ns/net");
  return fd;
}

int createNamespace() {
  // The thread ends inside the new namespace, so there is no way back that could fail.
  int created = -1;
  std::exception_ptr failure;
  std::thread maker([&] {
    try {
      if (::unshare(CLONE_NEWNET) != 0) throw refused("unshare(CLONE_NEWNET)");
      raiseLoopback();
      created = currentNamespace();
    } catch (...) {
      failure = std::current_exception();
    }
  });
  maker.join();
  if (failure) std::rethrow_exception(failure);
  return created;
}

void enterNamespace(int netnsFd) {
  if (::setns(netnsFd, CLONE_NEWNET) != 0) throw refused("setns");
}

void pinThread(const std::vector<int>& cpus, int thread) {
  cpu_set_t set;
  CPU_ZERO(&set);
  // CPU_SET ignores a number beyond the set; the kernel refuses a set with no CPU of the machine with EINVAL.
  for (const int cpu : cpus) {
    if (cpu >= 0) CPU_SET(static_cast<std::size_t>(cpu), &set);
  }
  if (::sched_setaffinity(thread, sizeof(set), &set) != 0) throw refused("sched_setaffinity");
}

}  // namespace kubedyno
