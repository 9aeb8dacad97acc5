#include "echo-binding.h"

#include <sched.h>

#include <memory>
#include <string>

#include "echo-server.h"
#include "guarded.h"
#include "option-reader.h"

namespace kubedyno::traffic {

namespace {

constexpr int64_t kMaxBackends = 65536;
constexpr int64_t kMaxTcpReplyBytes = 16 * 1024 * 1024;
constexpr int64_t kMaxDatagramBytes = 65507;
constexpr double kMaxServiceNs = 1e12;
constexpr double kMaxSlowFactor = 1e6;

EchoFraming framing_of(const OptionReader& options, EchoProtocol protocol) {
  const std::string kind = options.text("kind");
  if (kind == "http") {
    if (protocol == EchoProtocol::kUdp) options.refuse("kind", "HTTP needs protocol 'tcp'");
    return {.http = true};
  }
  if (kind != "fixed") options.refuse("kind", "use 'fixed' or 'http'");
  const int64_t most = protocol == EchoProtocol::kUdp ? kMaxDatagramBytes : kMaxTcpReplyBytes;
  return {.request_bytes = static_cast<size_t>(options.integer("requestBytes", 1, INT32_MAX)),
          .reply_bytes = static_cast<size_t>(options.integer("replyBytes", 1, most))};
}

ServiceTime service_time_of(const OptionReader& options) {
  ServiceTime time;
  const std::string kind = options.text("kind");
  if (kind == "none") {
    time.kind = ServiceTimeKind::kNone;
  } else if (kind == "fixed") {
    time.kind = ServiceTimeKind::kFixed;
  } else if (kind == "exponential") {
    time.kind = ServiceTimeKind::kExponential;
  } else {
    options.refuse("kind", "use 'none', 'fixed' or 'exponential'");
  }
  time.mean_ns = options.number("meanNs", 0, kMaxServiceNs);
  time.slow_factor = options.number("slowFactor", 0, kMaxSlowFactor);
  time.concurrency = static_cast<uint32_t>(options.integer("concurrency", 0, INT32_MAX));
  return time;
}

EchoBackend backend_of(const OptionReader& options) {
  return {options.text("ip"), static_cast<uint16_t>(options.integer("port", 1, 65535)),
          service_time_of(options.object("serviceTime"))};
}

EchoProtocol protocol_of(const OptionReader& options) {
  const std::string protocol = options.text("protocol");
  if (protocol == "tcp") return EchoProtocol::kTcp;
  if (protocol == "udp") return EchoProtocol::kUdp;
  options.refuse("protocol", "use 'tcp' or 'udp'");
}

EchoOptions options_of(const Napi::Value& value) {
  const OptionReader reader(value, "echo options");
  EchoOptions options;
  options.netns_fd = reader.netns("netns");
  options.protocol = protocol_of(reader);
  options.framing = framing_of(reader.object("framing"), options.protocol);
  options.seed = static_cast<uint64_t>(reader.integer("seed", 0, (int64_t{1} << 53) - 1));
  if (reader.has("cpu")) options.cpu = static_cast<int>(reader.integer("cpu", 0, CPU_SETSIZE - 1));
  const Napi::Array backends = reader.list("backends");
  if (backends.Length() == 0 || backends.Length() > kMaxBackends) {
    throw Napi::RangeError::New(value.Env(), "echo options.backends has " + std::to_string(backends.Length()) +
                                                 " entries; it must have from 1 to " + std::to_string(kMaxBackends));
  }
  for (uint32_t index = 0; index < backends.Length(); ++index) {
    options.backends.push_back(
        backend_of(OptionReader(backends.Get(index), "backends[" + std::to_string(index) + "]")));
  }
  return options;
}

using SharedServer = std::shared_ptr<EchoServer>;

const SharedServer& server_of(const Napi::CallbackInfo& info) { return *static_cast<SharedServer*>(info.Data()); }

Napi::Value counts(const Napi::CallbackInfo& info) {
  const std::vector<uint64_t> counts = server_of(info)->counts();
  Napi::Array result = Napi::Array::New(info.Env(), counts.size());
  for (size_t index = 0; index < counts.size(); ++index) {
    result.Set(static_cast<uint32_t>(index), Napi::Number::New(info.Env(), static_cast<double>(counts[index])));
  }
  return result;
}

Napi::Value close(const Napi::CallbackInfo& info) {
  server_of(info)->close();
  return info.Env().Undefined();
}

// A function that shares the server. The server ends with the last of them: when JavaScript has forgotten them, or
// when its environment ends.
template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
Napi::Function method(Napi::Env env, const char* name, const SharedServer& server) {
  auto share = std::make_unique<SharedServer>(server);
  Napi::Function function = Napi::Function::New<guarded<Body>>(env, name, share.get());
  function.AddFinalizer([](Napi::Env, SharedServer* finished) { delete finished; }, share.get());
  share.release();
  return function;
}

Napi::Value start_echo(const Napi::CallbackInfo& info) {
  const auto server = std::make_shared<EchoServer>(options_of(info[0]));
  Napi::Object handle = Napi::Object::New(info.Env());
  handle.Set("counts", method<counts>(info.Env(), "counts", server));
  handle.Set("close", method<close>(info.Env(), "close", server));
  return handle;
}

}  // namespace

void init_echo(Napi::Env env, Napi::Object exports) {
  exports.Set("startEcho", Napi::Function::New<guarded<start_echo>>(env, "startEcho"));
}

}  // namespace kubedyno::traffic
