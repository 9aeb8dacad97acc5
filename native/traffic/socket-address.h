// IPv4 and IPv6 addresses with a port, from their written form. No Node here.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

namespace kubedyno::traffic {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
};

// Throws std::invalid_argument when `ip` is neither an IPv4 nor an IPv6 address.
SocketAddress socket_address(const std::string& ip, uint16_t port);

// `10.2.0.3:80`, `[fd00::1]:80`.
std::string written(const std::string& ip, uint16_t port);

}  // namespace kubedyno::traffic
