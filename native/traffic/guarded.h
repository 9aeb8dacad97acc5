// How C++ exceptions become JavaScript errors in this addon.
#pragma once

#include <napi.h>

#include <system_error>

namespace kubedyno::traffic {

// Wraps a function for Napi::Function::New: a failed system call is thrown as an Error with `errno`.
template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return Body(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::system_error& failure) {
    Napi::Error error = Napi::Error::New(info.Env(), failure.what());
    error.Set("errno", Napi::Number::New(info.Env(), failure.code().value()));
    throw error;
  } catch (const std::exception& failure) {
    throw Napi::Error::New(info.Env(), failure.what());
  }
}

}  // namespace kubedyno::traffic
