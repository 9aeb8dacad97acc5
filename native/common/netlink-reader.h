#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "netlink-error.h"

/**
 * Reading of netlink bytes that may be anything: every length is checked against what is there, numbers are copied out
 * (never read through a cast pointer, which alignment would forbid), and whatever does not fit is an `Error` kMalformed.
 */
namespace netlink {

/** One attribute; `payload` points into the reply it came from. */
struct Attribute {
  /** Without the NLA_F_NESTED and NLA_F_NET_BYTEORDER bits. */
  std::uint16_t type = 0;
  std::span<const std::byte> payload;

  /** The payload as one value of exactly its size. */
  template <class Value>
  Value as() const {
    static_assert(std::is_trivially_copyable_v<Value>);
    if (payload.size() != sizeof(Value)) throw wrongSize(sizeof(Value));
    Value result;
    std::memcpy(&result, payload.data(), sizeof(Value));
    return result;
  }
  std::uint8_t u8() const { return as<std::uint8_t>(); }
  std::uint16_t u16() const { return as<std::uint16_t>(); }
  std::uint32_t u32() const { return as<std::uint32_t>(); }
  std::uint64_t u64() const { return as<std::uint64_t>(); }
  /** From network to host byte order. */
  std::uint16_t u16Be() const;
  std::uint32_t u32Be() const;
  /** Up to the first NUL, or the whole payload where the kernel wrote none. */
  std::string_view string() const;

 private:
  Error wrongSize(std::size_t expected) const;
};

/** Walks the attributes of a message or of a nested attribute, in order. */
class AttributeReader {
 public:
  explicit AttributeReader(std::span<const std::byte> bytes) : rest_(bytes) {}
  /** The next attribute, or nothing at the end. @throws Error kMalformed */
  std::optional<Attribute> next();

 private:
  std::span<const std::byte> rest_;
};

/** One netlink message; `payload` follows the `nlmsghdr` and points into the datagram. */
struct Message {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::uint32_t sequence = 0;
  std::span<const std::byte> payload;

  /** The family's fixed header at the start of the payload. @throws Error kMalformed when the message is too short. */
  template <class Header>
  Header header() const {
    static_assert(std::is_trivially_copyable_v<Header>);
    if (payload.size() < sizeof(Header)) throw malformed("message too short for its family's header");
    Header result;
    std::memcpy(&result, payload.data(), sizeof(Header));
    return result;
  }
  /** The attributes behind a fixed header of type `Header`. */
  template <class Header>
  AttributeReader attributes() const {
    constexpr std::size_t aligned = (sizeof(Header) + 3) & ~std::size_t{3};
    if (payload.size() < sizeof(Header)) throw malformed("message too short for its family's header");
    return AttributeReader(payload.size() <= aligned ? std::span<const std::byte>() : payload.subspan(aligned));
  }
};

/** Walks the messages of one datagram. */
class MessageReader {
 public:
  explicit MessageReader(std::span<const std::byte> datagram) : rest_(datagram) {}
  /** The next message, or nothing at the end. @throws Error kMalformed */
  std::optional<Message> next();

 private:
  std::span<const std::byte> rest_;
};

/** What an NLMSG_ERROR or NLMSG_DONE says: errno 0 is an acknowledgement. */
struct Acknowledgement {
  int errorNumber = 0;
  std::string message;
};
/** Reads NLMSG_ERROR (also an ack) with its extended-ack text. */
Acknowledgement readError(const Message& message);
/** Reads the end of a dump; old kernels send it without a payload. */
Acknowledgement readDone(const Message& message);

}  // namespace netlink
