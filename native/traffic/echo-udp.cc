#include "echo-udp.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "clock.h"
#include "echo-sockets.h"
#include "system-failure.h"

namespace kubedyno::traffic {

UdpBackends::UdpBackends(const EchoOptions& options, int epoll_fd, EchoCounters& counters)
    : stations_(options.backends, options.seed),
      counters_(counters),
      reply_bytes_(options.framing.reply_bytes),
      filler_(options.framing.reply_bytes, 'k'),
      requests_(kBatch),
      replies_(kBatch) {
  sockets_.reserve(options.backends.size());
  for (const EchoBackend& backend : options.backends) {
    UniqueFd socket = open_backend_socket(backend, EchoProtocol::kUdp);
    epoll_event event{.events = EPOLLIN, .data = {}};
    event.data.u64 = sockets_.size();
    if (::epoll_ctl(epoll_fd, EPOLL_CTL_ADD, socket.get(), &event) < 0) throw system_failure(errno, "watch a UDP socket");
    sockets_.push_back(std::move(socket));
  }
}

void UdpBackends::ready(uint64_t data, uint32_t) {
  const auto backend = static_cast<uint32_t>(data);
  const size_t received = receive(backend);
  const int64_t now_ns = received > 0 && stations_.takes_time(backend) ? monotonic_ns() : 0;
  size_t done = 0;
  for (size_t index = 0; index < received; ++index) {
    if (!stations_.admit(backend, requests_[index], now_ns)) replies_[done++] = requests_[index];
  }
  send_replies(backend, done);
}

void UdpBackends::finish_due(int64_t now_ns) {
  stations_.finish_due(now_ns, [this](uint32_t backend, const Request& request) {
    replies_[0] = request;
    send_replies(backend, 1);
  });
}

size_t UdpBackends::receive(uint32_t backend) {
  std::array<mmsghdr, kBatch> messages{};
  std::array<iovec, kBatch> vectors{};
  for (size_t index = 0; index < kBatch; ++index) {
    Request& request = requests_[index];
    vectors[index] = {request.head.data(), request.head.size()};
    messages[index].msg_hdr.msg_iov = &vectors[index];
    messages[index].msg_hdr.msg_iovlen = 1;
    messages[index].msg_hdr.msg_name = &request.client.storage;
    messages[index].msg_hdr.msg_namelen = sizeof(request.client.storage);
  }
  // Errors are EAGAIN, EINTR and what ICMP said of an earlier reply: nothing to read now, epoll will tell when.
  const int received = ::recvmmsg(sockets_[backend].get(), messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  const size_t count = received > 0 ? static_cast<size_t>(received) : 0;
  for (size_t index = 0; index < count; ++index) {
    requests_[index].client.length = messages[index].msg_hdr.msg_namelen;
    requests_[index].head_bytes = messages[index].msg_len;
  }
  return count;
}

void UdpBackends::send_replies(uint32_t backend, size_t count) {
  std::array<mmsghdr, kBatch> messages{};
  std::array<std::array<iovec, 2>, kBatch> vectors{};
  for (size_t index = 0; index < count; ++index) {
    Request& reply = replies_[index];
    const size_t echoed = std::min(reply.head_bytes, reply_bytes_);
    vectors[index] = {iovec{reply.head.data(), echoed}, iovec{filler_.data(), reply_bytes_ - echoed}};
    messages[index].msg_hdr.msg_iov = vectors[index].data();
    messages[index].msg_hdr.msg_iovlen = vectors[index].size();
    messages[index].msg_hdr.msg_name = &reply.client.storage;
    messages[index].msg_hdr.msg_namelen = reply.client.length;
    counters_.replying(backend);
  }
  for (size_t next = 0; next < count;) {
    const auto left = static_cast<unsigned>(count - next);
    const int sent = ::sendmmsg(sockets_[backend].get(), &messages[next], left, MSG_DONTWAIT);
    if (sent > 0) {
      next += static_cast<size_t>(sent);
    } else if (errno != EINTR) {
      // This reply cannot be sent (its client is unreachable, or the socket's buffer is full) and is lost, as datagrams
      // may be.
      counters_.refused(backend);
      ++next;
    }
  }
}

}  // namespace kubedyno::traffic
