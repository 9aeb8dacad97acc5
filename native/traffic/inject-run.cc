#include "inject-run.h"

#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "clock.h"
#include "inject-sink.h"
#include "netns-visit.h"
#include "system-failure.h"

namespace kubedyno::traffic {

namespace {

// Packets per sendmmsg: enough that the system call itself (60-90 us in a User-Mode Linux guest) is a fraction of a
// microsecond per packet, few enough that a slice of some thousand packets still has a distribution.
constexpr size_t kBatchPackets = 256;

UniqueFd packet_socket(int netns_fd, const std::string& device) {
  const NetnsVisit visit(netns_fd);
  // Protocol 0: it sends, and receives nothing.
  UniqueFd socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!socket.valid()) throw system_failure(errno, "open a packet socket");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(::if_nametoindex(device.c_str()));
  if (address.sll_ifindex == 0) throw system_failure(errno, "device '" + device + "'");
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
    throw system_failure(errno, "bind a packet socket to '" + device + "'");
  }
  // Without a queue in between, the device's transmit function runs inside sendmmsg, and when it re-enables softirqs
  // after each packet, a veth's packet travels to its end right there: through every namespace, in this thread's time.
  const int bypass = 1;
  if (::setsockopt(socket.get(), SOL_PACKET, PACKET_QDISC_BYPASS, &bypass, sizeof(bypass)) < 0) {
    throw system_failure(errno, "bypass the queueing discipline");
  }
  return socket;
}

// Frames of one batch and the message headers that point at them.
class Batch {
 public:
  explicit Batch(const FrameBuilder& builder) : builder_(builder), frames_(kBatchPackets * builder.frame_bytes()) {
    for (size_t index = 0; index < kBatchPackets; ++index) {
      vectors_[index] = {frames_.data() + index * builder.frame_bytes(), builder.frame_bytes()};
      messages_[index].msg_hdr.msg_iov = &vectors_[index];
      messages_[index].msg_hdr.msg_iovlen = 1;
    }
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void write(size_t index, const Flow& flow) {
    builder_.write(flow, std::span(frames_).subspan(index * builder_.frame_bytes(), builder_.frame_bytes()));
  }

  void send(int socket, size_t packets) {
    for (size_t sent = 0; sent < packets;) {
      const int taken = ::sendmmsg(socket, &messages_[sent], static_cast<unsigned>(packets - sent), 0);
      if (taken > 0) sent += static_cast<size_t>(taken);
      if (taken < 0 && errno != EINTR) throw system_failure(errno, "inject a packet");
    }
  }

 private:
  const FrameBuilder& builder_;
  std::vector<uint8_t> frames_;
  std::array<iovec, kBatchPackets> vectors_{};
  std::array<mmsghdr, kBatchPackets> messages_{};
};

}  // namespace

InjectOutcome run_injection(const InjectPlan& plan) {
  const UniqueFd socket = packet_socket(plan.netns_fd, plan.device);
  std::optional<SinkCounter> sink;
  if (plan.sink) sink.emplace(plan.sink->netns_fd, plan.sink->device);
  const FrameBuilder builder(plan.frame);
  Batch batch(builder);
  InjectOutcome outcome;
  outcome.batch_ns_per_packet.reserve(plan.packets / kBatchPackets + 1);

  const uint64_t delivered_before = sink ? sink->read() : 0;
  while (outcome.packets < plan.packets) {
    const auto packets = static_cast<size_t>(std::min<uint64_t>(kBatchPackets, plan.packets - outcome.packets));
    for (size_t index = 0; index < packets; ++index) {
      batch.write(index, plan.space.at(plan.first_flow + (outcome.packets + index) % plan.flows));
    }
    const int64_t started_ns = monotonic_ns();
    batch.send(socket.get(), packets);
    const int64_t taken_ns = monotonic_ns() - started_ns;
    outcome.packets += packets;
    outcome.elapsed_ns += taken_ns;
    outcome.batch_ns_per_packet.push_back(static_cast<double>(taken_ns) / static_cast<double>(packets));
  }
  if (sink) outcome.delivered = sink->read() - delivered_before;
  return outcome;
}

}  // namespace kubedyno::traffic
