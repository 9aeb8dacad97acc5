// The load engine: one thread, many connections, one epoll loop.
#pragma once

#include "load-options.h"

namespace kubedyno::traffic {

// Blocks until the window is over and every request started in it has been answered or given up, or until stopped.
// Throws std::system_error when sockets cannot be had at all, std::invalid_argument for an address that is none.
LoadResult run_load(const LoadOptions& options);

}  // namespace kubedyno::traffic
