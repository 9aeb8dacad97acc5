#pragma once

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>

namespace netlink {

/** What went wrong in an exchange with the kernel. */
enum class ErrorKind {
  /** A system call on the socket failed: `errorNumber` is its errno. */
  kSystem,
  /** The kernel refused the request: `errorNumber` is the errno of its NLMSG_ERROR. */
  kRefused,
  /** A reply breaks the netlink format: lengths that do not fit, a missing or wrongly sized attribute. */
  kMalformed,
  /** A reply was larger than the receive buffer. */
  kTruncated,
  /** The kernel dropped replies because the socket's receive queue was full (ENOBUFS). */
  kOverrun,
  /** The kernel never answered within the socket's receive time limit. */
  kUnanswered,
  /** A dump stayed inconsistent (NLM_F_DUMP_INTR) however often it was repeated. */
  kInterrupted,
  /** The caller asked for a message that netlink cannot carry (an attribute above 65,535 bytes). */
  kRequest,
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, int errorNumber, const std::string& message)
      : std::runtime_error(message), kind_(kind), errorNumber_(errorNumber) {}

  ErrorKind kind() const { return kind_; }
  /** A positive errno, or 0 where none applies. */
  int errorNumber() const { return errorNumber_; }

 private:
  ErrorKind kind_;
  int errorNumber_;
};

/** One refused message of a batch. */
struct Failure {
  /** Position of the message in the batch, from 0. */
  std::size_t index;
  /** A positive errno. */
  int errorNumber;
  /** The kernel's extended-ack text; empty when it gave none. */
  std::string message;
};

inline Error systemError(const char* call, int errorNumber) {
  return Error(ErrorKind::kSystem, errorNumber, std::string(call) + ": " + std::strerror(errorNumber));
}

inline Error malformed(const std::string& what) {
  return Error(ErrorKind::kMalformed, 0, "malformed netlink reply: " + what);
}

}  // namespace netlink
