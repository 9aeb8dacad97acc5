#include "inject-binding.h"

#include <arpa/inet.h>

#include <string>

#include "guarded.h"
#include "inject-run.h"
#include "option-reader.h"

namespace kubedyno::traffic {

namespace {

// What fits into an Ethernet frame of 1500 bytes beside the IPv4 and UDP headers.
constexpr int64_t kMaxPayloadBytes = 1472;
// Every batch leaves a sample behind: some hundred megabytes of them at this many packets.
constexpr int64_t kMaxPackets = int64_t{1} << 32;

uint32_t ipv4_of(const OptionReader& options, const char* field) {
  in_addr address{};
  if (::inet_pton(AF_INET, options.text(field).c_str(), &address) != 1) {
    options.refuse(field, "it must be an IPv4 address such as 10.1.0.0");
  }
  return ntohl(address.s_addr);
}

FrameKind kind_of(const OptionReader& options) {
  if (!options.has("protocol")) return FrameKind::kUdp;
  const std::string protocol = options.text("protocol");
  if (protocol == "udp") return FrameKind::kUdp;
  if (protocol == "tcp-syn") return FrameKind::kTcpSyn;
  options.refuse("protocol", "use 'udp' or 'tcp-syn'");
}

FrameSpec frame_of(const OptionReader& options) {
  const OptionReader target = options.object("target");
  FrameSpec frame;
  frame.source_mac = mac_address(options.text("sourceMac"));
  frame.destination_mac = mac_address(options.text("destinationMac"));
  frame.target = ipv4_of(target, "ip");
  frame.target_port = static_cast<uint16_t>(target.integer("port", 1, 65535));
  frame.kind = kind_of(options);
  frame.payload_bytes = static_cast<size_t>(
      options.integer("payloadBytes", 0, frame.kind == FrameKind::kUdp ? kMaxPayloadBytes : 0));
  return frame;
}

InjectPlan plan_of(const OptionReader& options) {
  InjectPlan plan;
  plan.netns_fd = options.netns("netns");
  plan.device = options.text("device");
  plan.frame = frame_of(options);
  plan.space = FlowSpace(ipv4_of(options, "sourceNet"));
  const int64_t first_flow = options.integer("firstFlow", 0, int64_t{FlowSpace::kFlows} - 1);
  plan.first_flow = static_cast<uint64_t>(first_flow);
  plan.flows = static_cast<uint64_t>(options.integer("flows", 1, int64_t{FlowSpace::kFlows} - first_flow));
  plan.packets = static_cast<uint64_t>(options.integer("packets", 1, kMaxPackets));
  if (options.has("sink")) {
    const OptionReader sink = options.object("sink");
    plan.sink = InjectSink{sink.netns("netns"), sink.text("device")};
  }
  return plan;
}

Napi::Value inject(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const InjectOutcome outcome = run_injection(plan_of(OptionReader(info[0], "inject options")));
  Napi::Array batches = Napi::Array::New(env, outcome.batch_ns_per_packet.size());
  for (size_t index = 0; index < outcome.batch_ns_per_packet.size(); ++index) {
    batches.Set(static_cast<uint32_t>(index), Napi::Number::New(env, outcome.batch_ns_per_packet[index]));
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("packets", Napi::Number::New(env, static_cast<double>(outcome.packets)));
  result.Set("elapsedNs", Napi::Number::New(env, static_cast<double>(outcome.elapsed_ns)));
  result.Set("batchNsPerPacket", batches);
  if (outcome.delivered) {
    result.Set("delivered", Napi::Number::New(env, static_cast<double>(*outcome.delivered)));
  }
  return result;
}

}  // namespace

void init_inject(Napi::Env env, Napi::Object exports) {
  exports.Set("inject", Napi::Function::New<guarded<inject>>(env, "inject"));
}

}  // namespace kubedyno::traffic
