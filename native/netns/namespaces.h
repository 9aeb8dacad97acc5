// Network namespaces as descriptors. No Node here, so that it can be built and tested without it.
#pragma once

#include <stdexcept>
#include <string>

namespace kubedyno::netns {

// A system call that failed: what was being done, and why the kernel refused.
class SystemError : public std::runtime_error {
 public:
  SystemError(std::string operation, int error_number);
  const std::string& operation() const noexcept { return operation_; }
  int error_number() const noexcept { return error_number_; }

 private:
  std::string operation_;
  int error_number_;
};

// A new namespace with its loopback up. The calling thread stays where it is: a temporary thread makes the namespace.
// The caller owns the descriptor.
int create_namespace();

// The calling thread's namespace. The caller owns the descriptor.
int current_namespace();

// Moves the calling thread; other threads of the process stay where they are.
void enter_namespace(int namespace_fd);

// Keeps the calling thread on one CPU.
void pin_thread(int cpu);

// Opens a socket that belongs to the namespace, and stays in it, without moving the calling thread.
int open_socket_in(int namespace_fd, int domain, int type, int protocol);

}  // namespace kubedyno::netns
