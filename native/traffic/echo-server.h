// The thread that serves the echo backends. No Node here.
#pragma once

#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "echo-counters.h"
#include "echo-options.h"
#include "unique-fd.h"

namespace kubedyno::traffic {

class EchoServer {
 public:
  // Returns when every backend can be reached. Throws std::system_error when one cannot be: its message names it.
  explicit EchoServer(EchoOptions options);
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;
  ~EchoServer() { close(); }

  // Throws what ended the thread, if anything did.
  std::vector<uint64_t> counts() const;
  // Ends the thread and closes every socket. Safe to call twice; from one thread at a time.
  void close();

 private:
  EchoOptions options_;
  EchoCounters counters_;
  UniqueFd stop_;
  mutable std::mutex failure_lock_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace kubedyno::traffic
