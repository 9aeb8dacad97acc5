#include "netlink-socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "netns-visit.h"

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

namespace netlink {
namespace {

/** Datagrams taken per `recvmmsg`, and the room for each: the kernel fills at most 32 KiB of a dump into one. */
constexpr std::size_t kRingSlots = 16;
constexpr std::size_t kSlotBytes = 64 * 1024;
/** What one error reply at most charges to the receive queue: an sk_buff and a 2 KiB data area, though its header and
 *  extended-ack text take a few hundred bytes (NETLINK_CAP_ACK keeps the echoed request out). */
constexpr std::size_t kErrorReplyCharge = 2304;
/** The kernel keeps 32 bytes of the send buffer back (netlink_sendmsg). */
constexpr std::size_t kSendBufferReserve = 32;
constexpr int kDumpAttempts = 16;

void setOption(int fd, int level, int name, int value, const char* what) {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) != 0) throw systemError(what, errno);
}

/** Asks for `wanted` bytes past the system's limit, or up to the limit without the privilege; returns what it got. */
std::size_t setBuffer(int fd, int forceName, int name, int wanted) {
  if (::setsockopt(fd, SOL_SOCKET, forceName, &wanted, sizeof(wanted)) != 0) {
    setOption(fd, SOL_SOCKET, name, wanted, "setsockopt of a netlink buffer size");
  }
  int granted = 0;
  socklen_t length = sizeof(granted);
  if (::getsockopt(fd, SOL_SOCKET, name, &granted, &length) != 0) throw systemError("getsockopt", errno);
  return static_cast<std::size_t>(std::max(granted, 0));
}

int openSocket(int protocol) {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (fd < 0) throw systemError("socket(AF_NETLINK)", errno);
  return fd;
}

int openSocketIn(int protocol, const SocketOptions& options) {
  if (!options.netnsFd) return openSocket(protocol);
  try {
    const kubedyno::NetnsVisit visit(*options.netnsFd);
    return openSocket(protocol);
  } catch (const std::system_error& error) {
    throw Error(ErrorKind::kSystem, error.code().value(), error.what());
  }
}

}  // namespace

struct Socket::ReceiveRing {
  std::unique_ptr<std::byte[]> bytes = std::make_unique_for_overwrite<std::byte[]>(kRingSlots * kSlotBytes);
  std::array<sockaddr_nl, kRingSlots> senders{};
  std::array<iovec, kRingSlots> vectors{};
  std::array<mmsghdr, kRingSlots> headers{};

  void prepare() {
    for (std::size_t slot = 0; slot < kRingSlots; ++slot) {
      vectors[slot] = {.iov_base = bytes.get() + slot * kSlotBytes, .iov_len = kSlotBytes};
      headers[slot] = {};
      headers[slot].msg_hdr.msg_name = &senders[slot];
      headers[slot].msg_hdr.msg_namelen = sizeof(senders[slot]);
      headers[slot].msg_hdr.msg_iov = &vectors[slot];
      headers[slot].msg_hdr.msg_iovlen = 1;
    }
  }
};

Message Replies::operator[](std::size_t index) const {
  const Extent& extent = extents_.at(index);
  return {.type = extent.type,
          .flags = extent.flags,
          .sequence = extent.sequence,
          .payload = std::span(bytes_).subspan(extent.offset, extent.length)};
}

void Replies::add(const Message& message) {
  extents_.push_back({.type = message.type,
                      .flags = message.flags,
                      .sequence = message.sequence,
                      .offset = bytes_.size(),
                      .length = message.payload.size()});
  bytes_.insert(bytes_.end(), message.payload.begin(), message.payload.end());
}

void Replies::clear() {
  bytes_.clear();
  extents_.clear();
}

Socket::Socket(int protocol, const SocketOptions& options)
    : fd_(openSocketIn(protocol, options)), ring_(std::make_unique<ReceiveRing>()) {
  const int fd = fd_.get();
  const std::size_t sendBuffer = setBuffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.sendBufferBytes);
  const std::size_t receiveBuffer = setBuffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, options.receiveBufferBytes);
  maxBatchBytes_ = sendBuffer - std::min(sendBuffer, kSendBufferReserve);
  maxBatchMessages_ = std::max<std::size_t>(receiveBuffer / kErrorReplyCharge, 1);
  setOption(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1, "setsockopt(NETLINK_CAP_ACK)");
  setOption(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1, "setsockopt(NETLINK_EXT_ACK)");
  const timeval timeout{.tv_sec = options.replyTimeoutSeconds, .tv_usec = 0};
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) != 0) {
    throw systemError("setsockopt(SO_RCVTIMEO)", errno);
  }
}

Socket::~Socket() = default;

std::uint32_t Socket::takeSequences(std::size_t count) {
  // Sequences of one exchange must be consecutive: start over at 1 rather than wrap around within it.
  if (count > UINT32_MAX - nextSequence_) nextSequence_ = 1;
  const std::uint32_t first = nextSequence_;
  nextSequence_ += static_cast<std::uint32_t>(count);
  return first;
}

void Socket::send(std::span<std::byte> messages, std::uint32_t firstSequence, bool acknowledgeLast) {
  std::uint32_t sequence = firstSequence;
  for (std::size_t at = 0; at < messages.size();) {
    nlmsghdr head;
    std::memcpy(&head, messages.data() + at, sizeof(head));
    const std::size_t next = at + NLMSG_ALIGN(std::size_t{head.nlmsg_len});
    head.nlmsg_seq = sequence++;
    if (acknowledgeLast && next >= messages.size()) head.nlmsg_flags |= NLM_F_ACK;
    std::memcpy(messages.data() + at, &head, sizeof(head));
    at = next;
  }
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  ssize_t sent = 0;
  do {
    ++systemCalls_;
    sent = ::sendto(fd_.get(), messages.data(), messages.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
                    sizeof(kernel));
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) throw systemError("sendto on a netlink socket", errno);
}

std::span<const mmsghdr> Socket::receive() {
  ring_->prepare();
  int count = 0;
  do {
    ++systemCalls_;
    count = ::recvmmsg(fd_.get(), ring_->headers.data(), kRingSlots, MSG_WAITFORONE, nullptr);
  } while (count < 0 && errno == EINTR);
  if (count >= 0) return std::span(ring_->headers).first(static_cast<std::size_t>(count));
  if (errno == ENOBUFS) {
    throw Error(ErrorKind::kOverrun, ENOBUFS, "the kernel dropped netlink replies: the receive queue was full");
  }
  if (errno == EAGAIN) throw Error(ErrorKind::kUnanswered, EAGAIN, "the kernel did not answer a netlink request");
  throw systemError("recvmmsg on a netlink socket", errno);
}

/** Calls `visit` for each message that answers sequences `first` to `last`, until it returns false. */
template <class Visit>
void Socket::receiveMessages(std::uint32_t first, std::uint32_t last, Visit&& visit) {
  for (;;) {
    bool more = true;
    for (const mmsghdr& datagram : receive()) {
      if ((datagram.msg_hdr.msg_flags & MSG_TRUNC) != 0) {
        throw Error(ErrorKind::kTruncated, 0,
                    "a netlink reply exceeds the receive buffer of " + std::to_string(kSlotBytes) + " bytes");
      }
      // Only the kernel has port id 0; another process may send to this socket if it finds out its port.
      if (static_cast<const sockaddr_nl*>(datagram.msg_hdr.msg_name)->nl_pid != 0) continue;
      MessageReader reader({static_cast<const std::byte*>(datagram.msg_hdr.msg_iov->iov_base), datagram.msg_len});
      while (const auto message = reader.next()) {
        if (more && message->sequence >= first && message->sequence <= last) more = visit(*message);
      }
    }
    if (!more) return;
  }
}

void Socket::drain() {
  if (!dirty_) return;
  std::byte scrap[1];
  // Each receive also makes the kernel continue an unfinished dump, so this ends only when that is over too.
  while (::recv(fd_.get(), scrap, sizeof(scrap), MSG_DONTWAIT) >= 0 || errno == ENOBUFS || errno == EINTR) {
  }
  dirty_ = false;
}

BatchResult Socket::sendBatch(MessageBuilder& batch) {
  drain();
  BatchResult result{.accepted = 0, .failures = {}, .bytes = batch.bytes(), .systemCalls = 0};
  const std::size_t callsBefore = systemCalls_;
  dirty_ = true;
  for (std::size_t first = 0; first < batch.count();) {
    std::size_t last = first + 1;
    std::size_t bytes = batch.messages(first, last).size();
    while (last < batch.count() && last - first < maxBatchMessages_) {
      bytes += batch.messages(last, last + 1).size();
      if (bytes > maxBatchBytes_) break;
      ++last;
    }
    const std::uint32_t firstSequence = takeSequences(last - first);
    const std::uint32_t lastSequence = firstSequence + static_cast<std::uint32_t>(last - first - 1);
    send(batch.messages(first, last), firstSequence, true);
    receiveMessages(firstSequence, lastSequence, [&](const Message& message) {
      if (message.type != NLMSG_ERROR) return true;
      Acknowledgement reply = readError(message);
      if (reply.errorNumber != 0) {
        result.failures.push_back({.index = first + (message.sequence - firstSequence),
                                   .errorNumber = reply.errorNumber,
                                   .message = std::move(reply.message)});
      }
      return message.sequence != lastSequence;
    });
    first = last;
  }
  dirty_ = false;
  result.accepted = batch.count() - result.failures.size();
  result.systemCalls = systemCalls_ - callsBefore;
  return result;
}

Replies Socket::request(MessageBuilder& request) {
  drain();
  Replies replies;
  Acknowledgement end;
  const std::uint32_t sequence = takeSequences(1);
  dirty_ = true;
  send(request.messages(0, 1), sequence, true);
  receiveMessages(sequence, sequence, [&](const Message& message) {
    if (message.type == NLMSG_ERROR) {
      end = readError(message);
      return false;
    }
    replies.add(message);
    return true;
  });
  dirty_ = false;
  if (end.errorNumber != 0) throw Error(ErrorKind::kRefused, end.errorNumber, end.message);
  return replies;
}

/** False when the kernel says that the table changed during the dump. */
bool Socket::collectDump(std::uint32_t sequence, Replies& replies) {
  Acknowledgement end;
  bool consistent = true;
  receiveMessages(sequence, sequence, [&](const Message& message) {
    if ((message.flags & NLM_F_DUMP_INTR) != 0) consistent = false;
    if (message.type == NLMSG_ERROR || message.type == NLMSG_DONE) {
      end = message.type == NLMSG_DONE ? readDone(message) : readError(message);
      return false;
    }
    replies.add(message);
    return true;
  });
  if (end.errorNumber != 0) throw Error(ErrorKind::kRefused, end.errorNumber, end.message);
  return consistent;
}

Replies Socket::dump(MessageBuilder& request) {
  drain();
  Replies replies;
  for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
    const std::uint32_t sequence = takeSequences(1);
    dirty_ = true;
    send(request.messages(0, 1), sequence, false);
    const bool consistent = collectDump(sequence, replies);
    dirty_ = false;
    if (consistent) return replies;
    replies.clear();
  }
  throw Error(ErrorKind::kInterrupted, EINTR, "the kernel's table changed during each of " +
                                                  std::to_string(kDumpAttempts) + " attempts to list it");
}

}  // namespace netlink
