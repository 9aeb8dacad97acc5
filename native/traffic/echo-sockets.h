// The sockets on which backends are reached. No Node here.
#pragma once

#include "echo-options.h"
#include "unique-fd.h"

namespace kubedyno::traffic {

// In the calling thread's namespace, non-blocking; TCP ones listen. Throws std::system_error that names the address.
UniqueFd open_backend_socket(const EchoBackend& backend, EchoProtocol protocol);

// Lets this process open as many descriptors as it is allowed to.
void raise_descriptor_limit();

}  // namespace kubedyno::traffic
