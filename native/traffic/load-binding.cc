#include "load-binding.h"

#include "guarded.h"
#include "histogram.h"
#include "load-arrivals.h"
#include "load-engine.h"
#include "option-reader.h"

namespace kubedyno::traffic {

namespace {

constexpr int64_t kNsPerHour = int64_t{3'600} * 1'000'000'000;
constexpr int64_t kMaxSafeInteger = (int64_t{1} << 53) - 1;

LoadMode read_mode(const OptionReader& options) {
  const std::string mode = options.text("mode");
  if (mode == "rr") return LoadMode::kRequestReply;
  if (mode == "crr") return LoadMode::kConnectRequestReply;
  if (mode == "udp") return LoadMode::kUdp;
  options.refuse("mode", "use 'rr', 'crr' or 'udp'");
}

void read_framing(const OptionReader& framing, LoadOptions& into) {
  const std::string kind = framing.text("kind");
  if (kind == "fixed") {
    // Datagrams cannot be longer, and no reply needs to be.
    into.request_bytes = static_cast<size_t>(framing.integer("requestBytes", 1, 65'507));
    into.reply_bytes = static_cast<size_t>(framing.integer("replyBytes", 1, 65'507));
    into.framing = FramingKind::kFixed;
  } else if (kind == "http") {
    into.http_path = framing.text("path");
    into.framing = FramingKind::kHttp;
    if (into.http_path.empty() || into.http_path[0] != '/' ||
        into.http_path.find_first_of(std::string(" \r\n\t\0", 5)) != std::string::npos) {
      framing.refuse("path", "it must begin with '/' and hold no space or line end");
    }
  } else {
    framing.refuse("kind", "use 'fixed' or 'http'");
  }
}

void read_arrivals(const OptionReader& arrivals, LoadOptions& into) {
  const std::string kind = arrivals.text("kind");
  if (kind == "closed") {
    into.arrivals = ArrivalKind::kClosed;
    return;
  }
  if (kind != "constant" && kind != "poisson") arrivals.refuse("kind", "use 'closed', 'constant' or 'poisson'");
  into.arrivals = kind == "constant" ? ArrivalKind::kConstant : ArrivalKind::kPoisson;
  into.rate_per_sec = arrivals.number("ratePerSec", 0.001, 10'000'000);
  into.seed = static_cast<uint64_t>(arrivals.integer("seed", -kMaxSafeInteger, kMaxSafeInteger));
}

std::vector<std::string> read_sources(const OptionReader& options) {
  const Napi::Array list = options.list("sources");
  std::vector<std::string> sources;
  for (uint32_t place = 0; place < list.Length(); ++place) {
    const Napi::Value source = list[place];
    if (!source.IsString()) options.refuse("sources", "every source must be an IP address as a string");
    sources.push_back(source.As<Napi::String>().Utf8Value());
  }
  return sources;
}

double* read_histogram(const Napi::Object& options, const char* field) {
  const Napi::Value value = options.Get(field);
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float64_array) {
    auto counts = value.As<Napi::Float64Array>();
    if (counts.ElementLength() == kBucketCount) return counts.Data();
  }
  throw Napi::TypeError::New(options.Env(), std::string("load options.") + field + " must be a Float64Array of " +
                                                std::to_string(kBucketCount) + " buckets");
}

const int32_t* read_stop(const Napi::Object& options) {
  const Napi::Value value = options.Get("stop");
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_int32_array) {
    const auto flag = value.As<Napi::Int32Array>();
    if (flag.ElementLength() > 0) return flag.Data();
  }
  throw Napi::TypeError::New(options.Env(), "load options.stop must be an Int32Array with an element");
}

LoadOptions read_options(const Napi::Value& value) {
  const OptionReader reader(value, "load options");
  LoadOptions options;
  options.mode = read_mode(reader);
  const OptionReader target = reader.object("target");
  options.target_ip = target.text("ip");
  options.target_port = static_cast<uint16_t>(target.integer("port", 1, 65'535));
  options.sources = read_sources(reader);
  options.connections = static_cast<size_t>(reader.integer("connections", 1, 100'000));
  const OptionReader framing = reader.object("framing");
  read_framing(framing, options);
  if (options.mode == LoadMode::kUdp && options.framing == FramingKind::kHttp) {
    framing.refuse("kind", "UDP takes 'fixed' framing only");
  }
  read_arrivals(reader.object("arrivals"), options);
  options.warmup_ns = reader.integer("warmupNs", 0, kNsPerHour);
  options.duration_ns = reader.integer("durationNs", 1, 24 * kNsPerHour);
  options.timeout_ns = reader.integer("timeoutNs", 1, kNsPerHour);
  const Napi::Object object = value.As<Napi::Object>();
  options.response = read_histogram(object, "response");
  options.service = read_histogram(object, "service");
  options.lateness = read_histogram(object, "lateness");
  options.stop = read_stop(object);
  return options;
}

Napi::Object written_errors(Napi::Env env, const LoadErrors& errors) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("connect", static_cast<double>(errors.connect));
  result.Set("reset", static_cast<double>(errors.reset));
  result.Set("timeout", static_cast<double>(errors.timeout));
  result.Set("short", static_cast<double>(errors.cut_short));
  result.Set("status", static_cast<double>(errors.status));
  return result;
}

Napi::Value run(const Napi::CallbackInfo& info) {
  const LoadResult result = run_load(read_options(info[0]));
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("requests", static_cast<double>(result.requests));
  object.Set("errors", written_errors(info.Env(), result.errors));
  object.Set("queuedArrivals", static_cast<double>(result.queued_arrivals));
  object.Set("droppedArrivals", static_cast<double>(result.dropped_arrivals));
  object.Set("startedAtNs", static_cast<double>(result.started_at_ns));
  object.Set("durationNs", static_cast<double>(result.duration_ns));
  object.Set("cpuNs", static_cast<double>(result.cpu_ns));
  object.Set("spinNs", static_cast<double>(result.spin_ns));
  if (result.run_delay_ns) object.Set("runDelayNs", static_cast<double>(*result.run_delay_ns));
  object.Set("involuntarySwitches", static_cast<double>(result.involuntary_switches));
  return object;
}

// For the test that holds this sequence and src/load/arrivals.ts together.
Napi::Value arrival_offsets_ns(const Napi::CallbackInfo& info) {
  LoadOptions options;
  const OptionReader arrivals(info[0], "arrivals");
  read_arrivals(arrivals, options);
  if (options.arrivals == ArrivalKind::kClosed) arrivals.refuse("kind", "only 'constant' and 'poisson' have offsets");
  if (!info[1].IsNumber()) throw Napi::TypeError::New(info.Env(), "count must be a number");
  const uint32_t count = info[1].As<Napi::Number>().Uint32Value();
  ArrivalProcess process(options.arrivals, options.rate_per_sec, options.seed);
  Napi::Float64Array offsets = Napi::Float64Array::New(info.Env(), count);
  for (uint32_t place = 0; place < count; ++place) offsets[place] = static_cast<double>(process.next());
  return offsets;
}

}  // namespace

void init_load(Napi::Env env, Napi::Object exports) {
  exports.Set("runLoad", Napi::Function::New<guarded<run>>(env, "runLoad"));
  exports.Set("arrivalOffsetsNs", Napi::Function::New<guarded<arrival_offsets_ns>>(env, "arrivalOffsetsNs"));
}

}  // namespace kubedyno::traffic
