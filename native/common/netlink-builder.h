#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace netlink {

/**
 * Appends netlink messages to one contiguous buffer, so that many of them can go to the kernel in one `sendmsg`.
 *
 * A message is `begin`, the family's fixed header (`genlmsghdr`, `ifinfomsg`, ...), attributes, `end`. Sequence numbers
 * are filled in by `Socket`. Values are in host byte order unless the name says `Be`.
 */
class MessageBuilder {
 public:
  /** NLM_F_REQUEST is always set; `flags` adds to it (NLM_F_CREATE, NLM_F_DUMP, ...). */
  void begin(std::uint16_t type, std::uint16_t flags = 0);

  /** The family's fixed header, padded to 4 bytes. */
  template <class Header>
  void header(const Header& value) {
    static_assert(std::is_trivially_copyable_v<Header>);
    append(&value, sizeof(value));
    pad();
  }

  void attribute(std::uint16_t type, std::span<const std::byte> payload);
  template <class Value>
  void value(std::uint16_t type, const Value& payload) {
    static_assert(std::is_trivially_copyable_v<Value>);
    attribute(type, std::as_bytes(std::span(&payload, 1)));
  }
  void u8(std::uint16_t type, std::uint8_t number) { value(type, number); }
  void u16(std::uint16_t type, std::uint16_t number) { value(type, number); }
  void u32(std::uint16_t type, std::uint32_t number) { value(type, number); }
  void u64(std::uint16_t type, std::uint64_t number) { value(type, number); }
  /** `hostOrder` is stored in network byte order. */
  void u16Be(std::uint16_t type, std::uint16_t hostOrder);
  void u32Be(std::uint16_t type, std::uint32_t hostOrder);
  /** Stored with the terminating NUL that the kernel's NLA_NUL_STRING policy wants. */
  void string(std::uint16_t type, std::string_view text);

  /** Opens a nested attribute (NLA_F_NESTED); pass the result to `endNest`. */
  std::size_t beginNest(std::uint16_t type);
  /** @throws Error kRequest when the nest grew past 65,535 bytes, the most that an attribute's length field holds. */
  void endNest(std::size_t nest);

  void end();
  /** Drops all messages and keeps the memory. */
  void clear();

  /** Finished messages. */
  std::size_t count() const { return ends_.size(); }
  /** The bytes of messages `first` to `last - 1`. */
  std::span<std::byte> messages(std::size_t first, std::size_t last);
  std::size_t bytes() const { return buffer_.size(); }
  void reserve(std::size_t bytes, std::size_t messages);

 private:
  void append(const void* data, std::size_t length);
  void pad();

  std::vector<std::byte> buffer_;
  /** Where each finished message ends; message i starts at ends_[i - 1]. */
  std::vector<std::size_t> ends_;
  std::size_t start_ = 0;
};

}  // namespace netlink
