#pragma once

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "unique-fd.h"

namespace kubedyno {

/**
 * Puts the calling thread into another network namespace until the end of the scope.
 *
 * Sockets belong to the namespace they were created in, so a visit is needed only around `socket()` (and around the
 * start of a child process), never around the use of the socket.
 *
 * @throws std::system_error when the namespace cannot be entered, or could not be left again: the way back is
 * rehearsed first, because a thread that is stuck in a foreign namespace would measure the wrong network.
 */
class NetnsVisit {
 public:
  explicit NetnsVisit(int netnsFd) : origin_(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) {
    if (!origin_.valid()) fail("open /proc/thread-self/ns/net");
    if (::setns(origin_.get(), CLONE_NEWNET) != 0) fail("setns to the thread's own network namespace");
    if (::setns(netnsFd, CLONE_NEWNET) != 0) fail("setns to the network namespace");
  }
  NetnsVisit(const NetnsVisit&) = delete;
  NetnsVisit& operator=(const NetnsVisit&) = delete;

  ~NetnsVisit() {
    if (::setns(origin_.get(), CLONE_NEWNET) == 0) return;
    std::perror("kubedyno: cannot return to the thread's own network namespace");
    std::abort();
  }

 private:
  [[noreturn]] static void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
  }

  UniqueFd origin_;
};

}  // namespace kubedyno
