// What the load engine is told and what it answers: native/traffic/types.ts in C++.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kubedyno::traffic {

enum class LoadMode { kRequestReply, kConnectRequestReply, kUdp };
enum class FramingKind { kFixed, kHttp };
enum class ArrivalKind { kClosed, kConstant, kPoisson };

struct LoadOptions {
  LoadMode mode = LoadMode::kRequestReply;
  std::string target_ip;
  uint16_t target_port = 0;
  std::vector<std::string> sources;
  size_t connections = 1;
  FramingKind framing = FramingKind::kFixed;
  size_t request_bytes = 0;
  size_t reply_bytes = 0;
  std::string http_path;
  ArrivalKind arrivals = ArrivalKind::kClosed;
  double rate_per_sec = 0;
  uint64_t seed = 0;
  int64_t warmup_ns = 0;
  int64_t duration_ns = 0;
  int64_t timeout_ns = 0;
  // Shared with JavaScript; they outlive the run.
  double* response = nullptr;
  double* service = nullptr;
  double* lateness = nullptr;
  const int32_t* stop = nullptr;
};

struct LoadErrors {
  uint64_t connect = 0;
  uint64_t reset = 0;
  uint64_t timeout = 0;
  uint64_t cut_short = 0;
  uint64_t status = 0;
};

struct LoadResult {
  uint64_t requests = 0;
  LoadErrors errors;
  uint64_t queued_arrivals = 0;
  uint64_t dropped_arrivals = 0;
  int64_t started_at_ns = 0;
  int64_t duration_ns = 0;
  int64_t cpu_ns = 0;
  int64_t spin_ns = 0;
  std::optional<int64_t> run_delay_ns;
  int64_t involuntary_switches = 0;
};

}  // namespace kubedyno::traffic
