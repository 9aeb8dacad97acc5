#include "echo-sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>

#include "socket-address.h"
#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

// The kernel lowers it to net.core.somaxconn.
constexpr int kBacklog = 65535;
// Room for bursts; the kernel lowers it to net.core.rmem_max.
constexpr int kUdpReceiveBytes = 4 * 1024 * 1024;

void set_option(const UniqueFd& socket, int level, int option, int value, const std::string& what) {
  if (::setsockopt(socket.get(), level, option, &value, sizeof(value)) < 0) throw system_failure(errno, what);
}

}  // namespace

UniqueFd open_backend_socket(const EchoBackend& backend, EchoProtocol protocol) {
  const bool tcp = protocol == EchoProtocol::kTcp;
  const SocketAddress address = socket_address(backend.ip, backend.port);
  const std::string what = (tcp ? "listen on TCP " : "bind UDP ") + written(backend.ip, backend.port);
  const int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  UniqueFd socket(::socket(address.family(), type, 0));
  if (!socket.valid()) throw system_failure(errno, what);
  if (tcp) {
    // Connections of an earlier server that linger in TIME_WAIT must not keep the port.
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1, what);
    // Inherited by accepted sockets, which saves a system call each.
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, what);
  } else {
    set_option(socket, SOL_SOCKET, SO_RCVBUF, kUdpReceiveBytes, what);
  }
  if (::bind(socket.get(), address.get(), address.length) < 0) throw system_failure(errno, what);
  if (tcp && ::listen(socket.get(), kBacklog) < 0) throw system_failure(errno, what);
  return socket;
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) throw system_failure(errno, "read the limit of open descriptors");
  if (limit.rlim_cur >= limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) < 0) throw system_failure(errno, "raise the limit of open descriptors");
}

}  // namespace kubedyno::traffic
