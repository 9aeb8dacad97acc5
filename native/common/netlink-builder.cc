#include "netlink-builder.h"

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <limits>
#include <string>

#include "netlink-error.h"

namespace netlink {
namespace {

constexpr std::size_t kMaxAttributeLength = std::numeric_limits<decltype(nlattr::nla_len)>::max();

std::uint16_t attributeLength(std::size_t length) {
  if (length > kMaxAttributeLength) {
    throw Error(ErrorKind::kRequest, 0,
                "a netlink attribute of " + std::to_string(length) + " bytes exceeds the format's " +
                    std::to_string(kMaxAttributeLength) + "; split the request");
  }
  return static_cast<std::uint16_t>(length);
}

}  // namespace

void MessageBuilder::append(const void* data, std::size_t length) {
  const auto* bytes = static_cast<const std::byte*>(data);
  buffer_.insert(buffer_.end(), bytes, bytes + length);
}

void MessageBuilder::pad() { buffer_.resize(NLMSG_ALIGN(buffer_.size())); }

void MessageBuilder::begin(std::uint16_t type, std::uint16_t flags) {
  // Whatever an exception left of an unfinished message goes.
  start_ = ends_.empty() ? 0 : ends_.back();
  buffer_.resize(start_);
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
  append(&header, sizeof(header));
}

void MessageBuilder::attribute(std::uint16_t type, std::span<const std::byte> payload) {
  const nlattr head{.nla_len = attributeLength(NLA_HDRLEN + payload.size()), .nla_type = type};
  append(&head, sizeof(head));
  append(payload.data(), payload.size());
  pad();
}

void MessageBuilder::u16Be(std::uint16_t type, std::uint16_t hostOrder) { u16(type, htons(hostOrder)); }

void MessageBuilder::u32Be(std::uint16_t type, std::uint32_t hostOrder) { u32(type, htonl(hostOrder)); }

void MessageBuilder::string(std::uint16_t type, std::string_view text) {
  const nlattr head{.nla_len = attributeLength(NLA_HDRLEN + text.size() + 1), .nla_type = type};
  append(&head, sizeof(head));
  append(text.data(), text.size());
  buffer_.push_back(std::byte{0});
  pad();
}

std::size_t MessageBuilder::beginNest(std::uint16_t type) {
  const std::size_t nest = buffer_.size();
  const nlattr head{.nla_len = 0, .nla_type = static_cast<std::uint16_t>(type | NLA_F_NESTED)};
  append(&head, sizeof(head));
  return nest;
}

void MessageBuilder::endNest(std::size_t nest) {
  const std::uint16_t length = attributeLength(buffer_.size() - nest);
  std::memcpy(buffer_.data() + nest + offsetof(nlattr, nla_len), &length, sizeof(length));
}

void MessageBuilder::end() {
  const auto length = static_cast<std::uint32_t>(buffer_.size() - start_);
  std::memcpy(buffer_.data() + start_ + offsetof(nlmsghdr, nlmsg_len), &length, sizeof(length));
  ends_.push_back(buffer_.size());
}

void MessageBuilder::clear() {
  buffer_.clear();
  ends_.clear();
}

std::span<std::byte> MessageBuilder::messages(std::size_t first, std::size_t last) {
  const std::size_t from = first == 0 ? 0 : ends_.at(first - 1);
  const std::size_t to = last == 0 ? 0 : ends_.at(last - 1);
  return std::span(buffer_).subspan(from, to - from);
}

void MessageBuilder::reserve(std::size_t bytes, std::size_t messages) {
  buffer_.reserve(bytes);
  ends_.reserve(messages);
}

}  // namespace netlink
