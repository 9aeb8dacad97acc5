#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "netlink-builder.h"
#include "netlink-error.h"
#include "netlink-reader.h"
#include "unique-fd.h"

struct mmsghdr;

namespace netlink {

struct SocketOptions {
  /** Namespace to create the socket in; without it the calling thread's own. */
  std::optional<int> netnsFd;
  /** Wanted SO_SNDBUF; what the system grants without privilege may be less and only makes batches smaller. */
  int sendBufferBytes = 1 << 20;
  /** Wanted SO_RCVBUF. */
  int receiveBufferBytes = 4 << 20;
  /** How long one receive may wait. The kernel answers inside `sendmsg`, so only a fault reaches this. */
  int replyTimeoutSeconds = 10;
};

struct BatchResult {
  /** Messages that the kernel carried out. */
  std::size_t accepted = 0;
  /** The refused ones by rising index; the kernel carries out the messages behind a refused one all the same. */
  std::vector<Failure> failures;
  std::size_t bytes = 0;
  std::size_t systemCalls = 0;
};

/** The messages that answer one request, copied out of the receive buffer. */
class Replies {
 public:
  std::size_t size() const { return extents_.size(); }
  Message operator[](std::size_t index) const;
  void add(const Message& message);
  void clear();

 private:
  struct Extent {
    std::uint16_t type;
    std::uint16_t flags;
    std::uint32_t sequence;
    std::size_t offset;
    std::size_t length;
  };
  std::vector<std::byte> bytes_;
  std::vector<Extent> extents_;
};

/**
 * A netlink socket of any protocol (NETLINK_ROUTE, NETLINK_GENERIC, ...), with extended acks. It works in the namespace
 * it was created in, from whichever thread, but from one thread at a time. All failures are `netlink::Error`.
 */
class Socket {
 public:
  explicit Socket(int protocol, const SocketOptions& options = {});
  ~Socket();

  /**
   * Sends all messages in as few `sendmsg` calls as the buffers allow. Only the last message of each call asks for an
   * acknowledgement: the kernel answers a refused message in any case and works through a call in order, so silence in
   * front of that acknowledgement means success. A call never holds more messages than the receive queue has room for
   * error replies, so that none is lost even if every message is refused.
   */
  BatchResult sendBatch(MessageBuilder& batch);

  /** Sends the one message in `request` and collects its replies up to the acknowledgement. @throws Error kRefused */
  Replies request(MessageBuilder& request);

  /**
   * Sends the one message in `request` (with NLM_F_DUMP) and collects all parts, from the start again when the kernel
   * reports that the table changed meanwhile. @throws Error kRefused, kInterrupted
   */
  Replies dump(MessageBuilder& request);

 private:
  struct ReceiveRing;

  void send(std::span<std::byte> messages, std::uint32_t firstSequence, bool acknowledgeLast);
  std::span<const mmsghdr> receive();
  template <class Visit>
  void receiveMessages(std::uint32_t first, std::uint32_t last, Visit&& visit);
  bool collectDump(std::uint32_t sequence, Replies& replies);
  void drain();
  std::uint32_t takeSequences(std::size_t count);

  kubedyno::UniqueFd fd_;
  std::unique_ptr<ReceiveRing> ring_;
  std::size_t maxBatchBytes_ = 0;
  std::size_t maxBatchMessages_ = 0;
  std::uint32_t nextSequence_ = 1;
  std::size_t systemCalls_ = 0;
  /** Replies of an exchange that ended in an exception may still be queued. */
  bool dirty_ = false;
};

}  // namespace netlink
