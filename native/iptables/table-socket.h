#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "unique-fd.h"

namespace iptables {

/** NF_INET_NUMHOOKS, which is part of the interface's layout. */
inline constexpr std::size_t kHooks = 5;

struct TableInfo {
  std::array<std::uint32_t, kHooks> hookEntry;
  std::uint32_t entryCount;
  std::uint32_t entryBytes;
};

/** A table's info, and one buffer as the kernel filled it: the request's header with the entries behind it. */
struct TableEntries {
  TableInfo info;
  std::vector<std::uint8_t> buffer;

  std::span<const std::uint8_t> entries() const { return std::span(buffer).last(info.entryBytes); }
};

enum class ExtensionKind { kMatch, kTarget };

/**
 * The IPv4 socket that the iptables interface hangs on. It speaks for the network namespace it was opened in, from
 * whichever thread it is used. All methods throw CallError.
 */
class TableSocket {
 public:
  /** @param netnsFd the namespace; none: that of the calling thread. Throws std::system_error when it cannot enter. */
  explicit TableSocket(std::optional<int> netnsFd);

  /** The whole table as one consistent state: asked for again while others change its size in between. */
  TableEntries read(const std::string& table) const;

  /**
   * Replaces a table in one commit. `request` is a struct ipt_replace with its entries; the number and address of
   * the old counters are filled in here. Tried again while others change the table in between.
   */
  void replace(std::span<std::uint8_t> request) const;

  /** `request` is a struct xt_counters_info; its counts are added to the table's. */
  void addCounters(std::span<const std::uint8_t> request) const;

  /** The index that stands for an ipset of this name; none: there is no such set for IPv4. */
  std::optional<std::uint16_t> setIndex(const std::string& name) const;

  /** The name of an ipset; empty: there is none of this index. */
  std::string setName(std::uint16_t index) const;

  /** Whether the kernel has this revision of an extension, or a module with it that it can load. */
  bool hasExtension(ExtensionKind kind, const std::string& name, std::uint8_t revision) const;

 private:
  TableInfo info(const char* table) const;

  kubedyno::UniqueFd socket_;
};

}  // namespace iptables
