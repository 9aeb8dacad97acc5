/**
 * Stands between the addon and the C library (LD_PRELOAD) and plays a kernel with IPVS: it answers generic-netlink
 * requests with the recorded replies in the folder $KUBEDYNO_REPLIES, spoilt as $KUBEDYNO_FAULT says:
 *
 *   (empty)      as recorded
 *   cut:N        only the first N bytes of a recorded reply
 *   flip:N       bit N of a recorded reply inverted
 *   refuse:E     every operation refused with errno E, in front of the acknowledgement
 *   overrun      ENOBUFS: the receive queue was full
 *   silence      no answer at all
 *   oversize     MSG_TRUNC: a reply larger than the buffer
 *   interrupted  every dump says that the table changed
 *   stranger     the replies come from another process
 */
#include <dlfcn.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Bytes = std::vector<std::byte>;

int scriptedFd = -1;
std::deque<Bytes> queue;

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

std::string_view fault() {
  const char* value = std::getenv("KUBEDYNO_FAULT");
  return value == nullptr ? "" : value;
}

/** N of `kind:N`, or -1 when the fault is another one. */
long faultNumber(std::string_view kind) {
  const std::string_view value = fault();
  return value.starts_with(kind) ? std::strtol(value.data() + kind.size(), nullptr, 10) : -1;
}

Bytes load(const char* name) {
  const char* folder = std::getenv("KUBEDYNO_REPLIES");
  Bytes bytes(1 << 16);
  std::FILE* file = std::fopen((std::string(folder == nullptr ? "" : folder) + "/" + name + ".bin").c_str(), "rb");
  if (file == nullptr) std::abort();
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  return bytes;
}

/** Gives every message of a recorded reply the sequence number of the request that it answers now. */
void renumber(Bytes& bytes, std::uint32_t sequence) {
  for (std::size_t at = 0; at + sizeof(nlmsghdr) <= bytes.size();) {
    nlmsghdr head;
    std::memcpy(&head, &bytes[at], sizeof(head));
    head.nlmsg_seq = sequence;
    if (fault() == "interrupted") head.nlmsg_flags |= NLM_F_DUMP_INTR;
    std::memcpy(&bytes[at], &head, sizeof(head));
    at += NLMSG_ALIGN(std::max<std::size_t>(head.nlmsg_len, sizeof(head)));
  }
}

void answer(const char* name, std::uint32_t sequence) {
  Bytes bytes = load(name);
  renumber(bytes, sequence);
  const long cut = faultNumber("cut:");
  if (cut >= 0) bytes.resize(std::min(bytes.size(), static_cast<std::size_t>(cut)));
  const long flip = faultNumber("flip:");
  if (flip >= 0 && static_cast<std::size_t>(flip) / 8 < bytes.size()) {
    bytes[static_cast<std::size_t>(flip) / 8] ^= static_cast<std::byte>(1U << (flip % 8));
  }
  queue.push_back(std::move(bytes));
}

void acknowledge(const nlmsghdr& request, int errorNumber) {
  struct {
    nlmsghdr head;
    nlmsgerr error;
  } reply{};
  reply.head.nlmsg_len = sizeof(reply);
  reply.head.nlmsg_type = NLMSG_ERROR;
  reply.head.nlmsg_flags = NLM_F_CAPPED;
  reply.head.nlmsg_seq = request.nlmsg_seq;
  reply.error.error = -errorNumber;
  reply.error.msg = request;
  const auto* bytes = reinterpret_cast<const std::byte*>(&reply);
  queue.emplace_back(bytes, bytes + sizeof(reply));
}

/** The recording that answers a command; nothing for one that changes something. */
const char* recordingOf(const nlmsghdr& request, std::uint8_t command) {
  if (request.nlmsg_type == GENL_ID_CTRL) return "family";
  switch (command) {
    case IPVS_CMD_GET_SERVICE: return (request.nlmsg_flags & NLM_F_DUMP) != 0 ? "services" : "service";
    case IPVS_CMD_GET_DEST: return "destinations";
    case IPVS_CMD_GET_CONFIG: return "timeouts";
    case IPVS_CMD_GET_INFO: return "info";
    default: return nullptr;
  }
}

void handle(const std::byte* message, const nlmsghdr& request) {
  genlmsghdr generic;
  std::memcpy(&generic, message + NLMSG_HDRLEN, sizeof(generic));
  const char* recording = recordingOf(request, generic.cmd);
  if (recording != nullptr) answer(recording, request.nlmsg_seq);
  const long refusal = recording == nullptr ? faultNumber("refuse:") : -1;
  if (refusal > 0) {
    acknowledge(request, static_cast<int>(refusal));
  } else if ((request.nlmsg_flags & NLM_F_ACK) != 0) {
    acknowledge(request, 0);
  }
}

}  // namespace

extern "C" {

int socket(int domain, int type, int protocol) {
  const int fd = real<int(int, int, int)>("socket")(domain, type, protocol);
  if (domain == AF_NETLINK && protocol == NETLINK_GENERIC) {
    scriptedFd = fd;
    queue.clear();
  }
  return fd;
}

int close(int fd) {
  if (fd == scriptedFd) scriptedFd = -1;
  return real<int(int)>("close")(fd);
}

ssize_t sendto(int fd, const void* data, size_t size, int flags, const sockaddr* to, socklen_t toLength) {
  if (fd != scriptedFd) {
    return real<ssize_t(int, const void*, size_t, int, const sockaddr*, socklen_t)>("sendto")(fd, data, size, flags, to,
                                                                                             toLength);
  }
  const auto* bytes = static_cast<const std::byte*>(data);
  for (std::size_t at = 0; at + NLMSG_HDRLEN + sizeof(genlmsghdr) <= size;) {
    nlmsghdr request;
    std::memcpy(&request, bytes + at, sizeof(request));
    handle(bytes + at, request);
    at += NLMSG_ALIGN(request.nlmsg_len);
  }
  return static_cast<ssize_t>(size);
}

int recvmmsg(int fd, mmsghdr* headers, unsigned count, int flags, timespec* timeout) {
  if (fd != scriptedFd) {
    return real<int(int, mmsghdr*, unsigned, int, timespec*)>("recvmmsg")(fd, headers, count, flags, timeout);
  }
  if (fault() == "silence") queue.clear();
  if (queue.empty() || fault() == "overrun") {
    errno = queue.empty() ? EAGAIN : ENOBUFS;
    return -1;
  }
  unsigned filled = 0;
  for (; filled < count && !queue.empty(); ++filled, queue.pop_front()) {
    msghdr& header = headers[filled].msg_hdr;
    const std::size_t length = std::min(queue.front().size(), header.msg_iov->iov_len);
    if (length > 0) std::memcpy(header.msg_iov->iov_base, queue.front().data(), length);
    headers[filled].msg_len = static_cast<unsigned>(length);
    header.msg_flags = fault() == "oversize" ? MSG_TRUNC : 0;
    sockaddr_nl sender{};
    sender.nl_family = AF_NETLINK;
    sender.nl_pid = fault() == "stranger" ? 4242 : 0;
    std::memcpy(header.msg_name, &sender, sizeof(sender));
  }
  return static_cast<int>(filled);
}

ssize_t recv(int fd, void* buffer, size_t size, int flags) {
  if (fd != scriptedFd) return real<ssize_t(int, void*, size_t, int)>("recv")(fd, buffer, size, flags);
  if (queue.empty()) {
    errno = EAGAIN;
    return -1;
  }
  queue.pop_front();
  return 0;
}

}  // extern "C"
