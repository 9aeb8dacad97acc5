#include "inject-frame.h"

#include <netinet/in.h>

#include <algorithm>

namespace kubedyno::traffic {

namespace {

constexpr size_t kEthernetBytes = 14;
constexpr size_t kIpv4Bytes = 20;
constexpr size_t kUdpBytes = 8;
constexpr size_t kTcpBytes = 20;
constexpr size_t kTransportAt = kEthernetBytes + kIpv4Bytes;
constexpr size_t kIpv4ChecksumAt = kEthernetBytes + 10;
constexpr size_t kIpv4SourceAt = kEthernetBytes + 12;
constexpr size_t kIpv4DestinationAt = kEthernetBytes + 16;
constexpr uint8_t kTtl = 64;

void put16(std::span<uint8_t> bytes, size_t at, uint32_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

void put32(std::span<uint8_t> bytes, size_t at, uint32_t value) {
  put16(bytes, at, value >> 16);
  put16(bytes, at + 2, value);
}

// Sum of big-endian 16-bit words; an odd last byte counts as the upper half of one (RFC 1071).
uint32_t sum_words(std::span<const uint8_t> bytes) {
  uint32_t sum = 0;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) sum += static_cast<uint32_t>(bytes[at] << 8 | bytes[at + 1]);
  if (bytes.size() % 2 == 1) sum += static_cast<uint32_t>(bytes.back() << 8);
  return sum;
}

uint32_t sum_words(uint32_t value) { return (value >> 16) + (value & 0xffff); }

uint16_t checksum(uint32_t sum) {
  while (sum >> 16 != 0) sum = sum_words(sum);
  return static_cast<uint16_t>(~sum);
}

void put_udp_header(std::span<uint8_t> frame, const FrameSpec& spec) {
  put16(frame, kTransportAt + 2, spec.target_port);
  put16(frame, kTransportAt + 4, static_cast<uint32_t>(kUdpBytes + spec.payload_bytes));
}

void put_tcp_syn_header(std::span<uint8_t> frame, const FrameSpec& spec) {
  constexpr uint8_t kHeaderWords = kTcpBytes / 4;
  constexpr uint8_t kSyn = 0x02;
  constexpr uint32_t kWindow = 64240;
  put16(frame, kTransportAt + 2, spec.target_port);
  frame[kTransportAt + 12] = kHeaderWords << 4;
  frame[kTransportAt + 13] = kSyn;
  put16(frame, kTransportAt + 14, kWindow);
}

}  // namespace

FrameBuilder::FrameBuilder(const FrameSpec& spec) {
  const bool udp = spec.kind == FrameKind::kUdp;
  const uint8_t protocol = udp ? IPPROTO_UDP : IPPROTO_TCP;
  const size_t transport_bytes = udp ? kUdpBytes + spec.payload_bytes : kTcpBytes;
  template_.resize(kTransportAt + transport_bytes);
  const std::span<uint8_t> frame(template_);

  std::ranges::copy(spec.destination_mac, frame.begin());
  std::ranges::copy(spec.source_mac, frame.begin() + 6);
  put16(frame, 12, 0x0800);

  frame[kEthernetBytes] = 0x45;
  put16(frame, kEthernetBytes + 2, static_cast<uint32_t>(kIpv4Bytes + transport_bytes));
  put16(frame, kEthernetBytes + 6, 0x4000);  // Don't fragment: the identification may stay 0 (RFC 6864).
  frame[kEthernetBytes + 8] = kTtl;
  frame[kEthernetBytes + 9] = protocol;
  put32(frame, kIpv4DestinationAt, spec.target);

  if (udp) {
    put_udp_header(frame, spec);
  } else {
    put_tcp_syn_header(frame, spec);
  }
  transport_checksum_at_ = kTransportAt + (udp ? 6 : 16);
  network_sum_ = sum_words(std::span<const uint8_t>(frame).subspan(kEthernetBytes, kIpv4Bytes));
  transport_sum_ = sum_words(std::span<const uint8_t>(frame).subspan(kTransportAt)) + sum_words(spec.target) +
                   protocol + static_cast<uint32_t>(transport_bytes);
}

void FrameBuilder::write(const Flow& flow, std::span<uint8_t> frame) const {
  std::ranges::copy(template_, frame.begin());
  const uint32_t source_sum = sum_words(flow.source);
  put32(frame, kIpv4SourceAt, flow.source);
  put16(frame, kIpv4ChecksumAt, checksum(network_sum_ + source_sum));
  put16(frame, kTransportAt, flow.source_port);
  const uint16_t sum = checksum(transport_sum_ + source_sum + flow.source_port);
  // 0 means "no checksum" in UDP; its ones' complement twin stands for it (RFC 768).
  put16(frame, transport_checksum_at_, sum == 0 ? 0xffff : sum);
}

}  // namespace kubedyno::traffic
