#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/**
 * Reads `bytes` as a datagram and each of its messages as every kind of reply there is. Returns how many readings were
 * accepted; malformed ones must end in a netlink::Error kMalformed, or the program ends.
 */
std::size_t readEverything(std::span<const std::byte> bytes);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
