// How C++ exceptions become JavaScript errors in this addon.
#pragma once

#include <napi.h>

#include <system_error>

namespace kubedyno::traffic {

// A failed system call becomes an Error with `errno`.
template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
Napi::Value with_js_errors(const Napi::CallbackInfo& info) {
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

// Wraps a function for Napi::Function::New: whatever it throws, JavaScript catches.
template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return with_js_errors<Body>(info);
  } catch (const Napi::Error& error) {
    try {
      error.ThrowAsJavaScriptException();
    } catch (const Napi::Error&) {
      // The thread is being terminated, as at the end of the process: it takes no error any more, nor a result. Thrown
      // on, the error would abort the process.
    }
    return {};
  }
}

}  // namespace kubedyno::traffic
