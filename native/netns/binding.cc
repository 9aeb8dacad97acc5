// What JavaScript sees of native/netns. Errors carry `operation`, `errno` and, where one of a list failed, `index`.
#include <napi.h>
#include <unistd.h>

#include "namespaces.h"

namespace kubedyno::netns {

namespace {

Napi::Error to_js_error(Napi::Env env, const SystemError& failure) {
  Napi::Error error = Napi::Error::New(env, failure.what());
  error.Set("operation", Napi::String::New(env, failure.operation()));
  error.Set("errno", Napi::Number::New(env, failure.error_number()));
  return error;
}

template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return Body(info);
  } catch (const SystemError& failure) {
    throw to_js_error(info.Env(), failure);
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::exception& failure) {
    throw Napi::Error::New(info.Env(), failure.what());
  }
}

int descriptor_of(const Napi::Value& netns) {
  if (!netns.IsObject()) throw Napi::TypeError::New(netns.Env(), "netns must be an object with a descriptor 'fd'");
  const Napi::Value fd = netns.As<Napi::Object>().Get("fd");
  if (!fd.IsNumber()) throw Napi::TypeError::New(netns.Env(), "netns.fd must be a number");
  return fd.As<Napi::Number>().Int32Value();
}

Napi::Value as_netns(Napi::Env env, int fd) {
  Napi::Object netns = Napi::Object::New(env);
  netns.Set("fd", Napi::Number::New(env, fd));
  return netns;
}

Napi::Value create_netns(const Napi::CallbackInfo& info) { return as_netns(info.Env(), create_namespace()); }

Napi::Value current_netns(const Napi::CallbackInfo& info) { return as_netns(info.Env(), current_namespace()); }

Napi::Value close_netns(const Napi::CallbackInfo& info) {
  if (::close(descriptor_of(info[0])) < 0) throw SystemError("close", errno);
  return info.Env().Undefined();
}

Napi::Value enter_netns(const Napi::CallbackInfo& info) {
  enter_namespace(descriptor_of(info[0]));
  return info.Env().Undefined();
}

Napi::Value pin(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "cpu must be a number");
  pin_thread(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

}  // namespace

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("createNetns", Napi::Function::New<guarded<create_netns>>(env, "createNetns"));
  exports.Set("currentNetns", Napi::Function::New<guarded<current_netns>>(env, "currentNetns"));
  exports.Set("closeNetns", Napi::Function::New<guarded<close_netns>>(env, "closeNetns"));
  exports.Set("enterNetns", Napi::Function::New<guarded<enter_netns>>(env, "enterNetns"));
  exports.Set("pinThread", Napi::Function::New<guarded<pin>>(env, "pinThread"));
  return exports;
}

NODE_API_MODULE(netns, init)

}  // namespace kubedyno::netns
