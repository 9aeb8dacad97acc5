// Failed system calls as exceptions. No Node here.
#pragma once

#include <string>
#include <system_error>

namespace kubedyno::traffic {

// `operation` says what was being done: the message reads "<operation>: <what the kernel answered>".
inline std::system_error system_failure(int error_number, const std::string& operation) {
  return std::system_error(error_number, std::system_category(), operation);
}

}  // namespace kubedyno::traffic
