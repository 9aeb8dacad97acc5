// What JavaScript sees of native/traffic; each part registers its own functions.
#include <napi.h>

#include "clock.h"
#include "echo-binding.h"
#include "guarded.h"
#include "histogram.h"
#include "inject-binding.h"
#include "load-binding.h"

namespace kubedyno::traffic {

namespace {

Napi::Value bucket_index_of(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "valueNs must be a number");
  return Napi::Number::New(info.Env(), static_cast<double>(bucket_index(info[0].As<Napi::Number>().Int64Value())));
}

Napi::Value monotonic_ns_now(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(monotonic_ns()));
}

}  // namespace

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("bucketIndex", Napi::Function::New<guarded<bucket_index_of>>(env, "bucketIndex"));
  exports.Set("monotonicNs", Napi::Function::New<guarded<monotonic_ns_now>>(env, "monotonicNs"));
  init_load(env, exports);
  init_echo(env, exports);
  init_inject(env, exports);
  return exports;
}

NODE_API_MODULE(traffic, init)

}  // namespace kubedyno::traffic
