#include "xtables-lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

#include "call-error.h"

namespace iptables {

/** Between two tries: short against any table's commit, long against a system call. */
constexpr std::chrono::milliseconds kRetryAfter{2};

XtablesLock::XtablesLock(const std::string& path, std::chrono::milliseconds patience)
    : file_(::open(path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600)) {
  if (!file_.valid()) throw CallError(Step::kLockOpen, errno);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) throw CallError(Step::kLockOpen, errno);
    if (std::chrono::steady_clock::now() >= deadline) throw CallError(Step::kLockWait, EWOULDBLOCK);
    std::this_thread::sleep_for(kRetryAfter);
  }
}

}  // namespace iptables
