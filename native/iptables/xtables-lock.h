#pragma once

#include <chrono>
#include <string>

#include "unique-fd.h"

namespace iptables {

/**
 * The lock by which programs that change iptables-legacy tables take turns: flock on one file, which the iptables
 * tools take too. Held until the end of the scope.
 */
class XtablesLock {
 public:
  /** Throws CallError: kLockOpen when the file cannot be opened, kLockWait when another holds it for too long. */
  XtablesLock(const std::string& path, std::chrono::milliseconds patience);

 private:
  kubedyno::UniqueFd file_;
};

}  // namespace iptables
