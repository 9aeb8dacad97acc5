#include "netlink-reader.h"

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <algorithm>
#include <limits>

namespace netlink {
namespace {

/** Errno of a reply: the kernel sends it negative or zero. */
int errorNumberOf(std::int32_t value) {
  if (value > 0 || value == std::numeric_limits<std::int32_t>::min()) {
    throw malformed("error code " + std::to_string(value) + " is not a negated errno");
  }
  return -value;
}

std::string extendedAckText(std::span<const std::byte> bytes) {
  AttributeReader reader(bytes);
  while (const auto attribute = reader.next()) {
    if (attribute->type == NLMSGERR_ATTR_MSG) return std::string(attribute->string());
  }
  return {};
}

/** `bytes` without its first `count`; nothing when there are fewer. */
std::span<const std::byte> after(std::span<const std::byte> bytes, std::size_t count) {
  return bytes.subspan(std::min(count, bytes.size()));
}

}  // namespace

Error Attribute::wrongSize(std::size_t expected) const {
  return malformed("attribute " + std::to_string(type) + " has " + std::to_string(payload.size()) +
                   " bytes, not the expected " + std::to_string(expected));
}

std::uint16_t Attribute::u16Be() const { return ntohs(u16()); }

std::uint32_t Attribute::u32Be() const { return ntohl(u32()); }

std::string_view Attribute::string() const {
  const auto end = std::find(payload.begin(), payload.end(), std::byte{0});
  return {reinterpret_cast<const char*>(payload.data()), static_cast<std::size_t>(end - payload.begin())};
}

std::optional<Attribute> AttributeReader::next() {
  if (rest_.empty()) return std::nullopt;
  if (rest_.size() < NLA_HDRLEN) throw malformed(std::to_string(rest_.size()) + " stray bytes after the last attribute");
  nlattr head;
  std::memcpy(&head, rest_.data(), sizeof(head));
  if (head.nla_len < NLA_HDRLEN || head.nla_len > rest_.size()) {
    throw malformed("attribute " + std::to_string(head.nla_type & NLA_TYPE_MASK) + " claims " +
                    std::to_string(head.nla_len) + " bytes where " + std::to_string(rest_.size()) + " are left");
  }
  const Attribute attribute{.type = static_cast<std::uint16_t>(head.nla_type & NLA_TYPE_MASK),
                            .payload = rest_.subspan(NLA_HDRLEN, head.nla_len - NLA_HDRLEN)};
  rest_ = after(rest_, NLA_ALIGN(head.nla_len));
  return attribute;
}

std::optional<Message> MessageReader::next() {
  if (rest_.empty()) return std::nullopt;
  if (rest_.size() < sizeof(nlmsghdr)) throw malformed(std::to_string(rest_.size()) + " stray bytes after a message");
  nlmsghdr head;
  std::memcpy(&head, rest_.data(), sizeof(head));
  if (head.nlmsg_len < sizeof(nlmsghdr) || head.nlmsg_len > rest_.size()) {
    throw malformed("message of type " + std::to_string(head.nlmsg_type) + " claims " +
                    std::to_string(head.nlmsg_len) + " bytes where " + std::to_string(rest_.size()) + " are left");
  }
  const Message message{.type = head.nlmsg_type,
                        .flags = head.nlmsg_flags,
                        .sequence = head.nlmsg_seq,
                        .payload = rest_.subspan(sizeof(nlmsghdr), head.nlmsg_len - sizeof(nlmsghdr))};
  rest_ = after(rest_, NLMSG_ALIGN(std::size_t{head.nlmsg_len}));
  return message;
}

Acknowledgement readError(const Message& message) {
  const auto head = message.header<nlmsgerr>();
  Acknowledgement result{.errorNumber = errorNumberOf(head.error), .message = {}};
  if ((message.flags & NLM_F_ACK_TLVS) == 0) return result;
  // Without NLM_F_CAPPED the refused request is echoed in full between the error and the extended ack.
  std::size_t echoed = sizeof(nlmsgerr);
  if ((message.flags & NLM_F_CAPPED) == 0) {
    if (head.msg.nlmsg_len < sizeof(nlmsghdr)) throw malformed("echoed request shorter than its own header");
    echoed += NLMSG_ALIGN(std::size_t{head.msg.nlmsg_len} - sizeof(nlmsghdr));
  }
  result.message = extendedAckText(after(message.payload, echoed));
  return result;
}

Acknowledgement readDone(const Message& message) {
  if (message.payload.size() < sizeof(std::int32_t)) return {};
  Acknowledgement result{.errorNumber = errorNumberOf(message.header<std::int32_t>()), .message = {}};
  if ((message.flags & NLM_F_ACK_TLVS) != 0) {
    result.message = extendedAckText(after(message.payload, sizeof(std::int32_t)));
  }
  return result;
}

}  // namespace netlink
