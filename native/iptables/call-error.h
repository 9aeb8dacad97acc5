#pragma once

#include <cstring>
#include <stdexcept>
#include <string>

namespace iptables {

/** The step of the work at which a system call failed; TypeScript turns step and errno into the message to show. */
enum class Step { kSocket, kLockOpen, kLockWait, kInfo, kEntries, kReplace, kAddCounters, kSet, kRevision };

/** A system call that failed. */
class CallError : public std::runtime_error {
 public:
  CallError(Step step, int errorNumber)
      : std::runtime_error(std::strerror(errorNumber)), step_(step), errorNumber_(errorNumber) {}

  Step step() const { return step_; }
  int errorNumber() const { return errorNumber_; }

 private:
  Step step_;
  int errorNumber_;
};

}  // namespace iptables
