/** N-API glue of the iptables addon: buffers in and out, C++ exceptions out as errors with `step` and `errno`. */
#include <napi.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "call-error.h"
#include "table-socket.h"
#include "xtables-lock.h"

namespace {

using Clock = std::chrono::steady_clock;

const char* nameOf(iptables::Step step) {
  switch (step) {
    case iptables::Step::kSocket: return "socket";
    case iptables::Step::kLockOpen: return "lock-open";
    case iptables::Step::kLockWait: return "lock-wait";
    case iptables::Step::kInfo: return "info";
    case iptables::Step::kEntries: return "entries";
    case iptables::Step::kReplace: return "replace";
    case iptables::Step::kAddCounters: return "add-counters";
    case iptables::Step::kSet: return "set";
    case iptables::Step::kRevision: return "revision";
  }
  return "socket";
}

[[noreturn]] void throwTyped(Napi::Env env, const char* step, int errorNumber, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("step", Napi::String::New(env, step));
  error.Set("errno", Napi::Number::New(env, errorNumber));
  throw error;
}

/** Runs `body` and turns the exceptions of the C++ parts into typed JavaScript errors. */
template <class Body>
auto guarded(Napi::Env env, Body&& body) {
  try {
    return body();
  } catch (const iptables::CallError& error) {
    throwTyped(env, nameOf(error.step()), error.errorNumber(), error.what());
  } catch (const std::system_error& error) {
    throwTyped(env, "namespace", error.code().value(), error.what());
  } catch (const std::bad_alloc&) {
    throwTyped(env, "memory", ENOMEM, "out of memory");
  }
}

std::string textArgument(const Napi::CallbackInfo& info, std::size_t at) {
  if (!info[at].IsString()) throw Napi::TypeError::New(info.Env(), "expected a string");
  return info[at].As<Napi::String>().Utf8Value();
}

std::uint32_t numberArgument(const Napi::CallbackInfo& info, std::size_t at) {
  if (!info[at].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected a number");
  return info[at].As<Napi::Number>().Uint32Value();
}

/** A namespace's descriptor, or undefined for that of the calling thread. */
std::optional<int> netnsArgument(const Napi::CallbackInfo& info, std::size_t at) {
  if (info[at].IsUndefined()) return std::nullopt;
  return static_cast<int>(numberArgument(info, at));
}

/** JavaScript cannot change the bytes during a call: the buffer belongs to the calling thread. */
std::span<std::uint8_t> bytesArgument(const Napi::CallbackInfo& info, std::size_t at) {
  if (!info[at].IsTypedArray() || info[at].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(info.Env(), "expected a Uint8Array");
  }
  auto array = info[at].As<Napi::Uint8Array>();
  return {array.Data(), array.ByteLength()};
}

double nanoseconds(Clock::duration elapsed) {
  return std::chrono::duration<double, std::nano>(elapsed).count();
}

/** readEntries(table, netnsFd?) */
Napi::Value readEntries(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string table = textArgument(info, 0);
  const auto netnsFd = netnsArgument(info, 1);
  const iptables::TableEntries read = guarded(env, [&] { return iptables::TableSocket(netnsFd).read(table); });

  Napi::Array hookEntries = Napi::Array::New(env, read.info.hookEntry.size());
  for (std::uint32_t hook = 0; hook < read.info.hookEntry.size(); ++hook) {
    hookEntries.Set(hook, Napi::Number::New(env, read.info.hookEntry[hook]));
  }
  const auto bytes = read.entries();
  Napi::Uint8Array entries = Napi::Uint8Array::New(env, bytes.size());
  std::memcpy(entries.Data(), bytes.data(), bytes.size());
  Napi::Object result = Napi::Object::New(env);
  result.Set("hookEntries", hookEntries);
  result.Set("entryCount", Napi::Number::New(env, read.info.entryCount));
  result.Set("entries", entries);
  return result;
}

/** replace(request, counters?, lockPath, lockWaitMs, netnsFd?) */
Napi::Value replace(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto request = bytesArgument(info, 0);
  const auto counters = info[1].IsUndefined() ? std::span<std::uint8_t>{} : bytesArgument(info, 1);
  const std::string lockPath = textArgument(info, 2);
  const std::chrono::milliseconds patience{numberArgument(info, 3)};
  const auto netnsFd = netnsArgument(info, 4);

  const Clock::time_point asked = Clock::now();
  Clock::time_point locked{};
  guarded(env, [&] {
    const iptables::XtablesLock lock(lockPath, patience);
    locked = Clock::now();
    const iptables::TableSocket socket(netnsFd);
    socket.replace(request);
    if (!counters.empty()) socket.addCounters(counters);
  });
  Napi::Object result = Napi::Object::New(env);
  result.Set("lockNs", Napi::Number::New(env, nanoseconds(locked - asked)));
  result.Set("kernelNs", Napi::Number::New(env, nanoseconds(Clock::now() - locked)));
  return result;
}

/** setIndexOf(name, netnsFd?): undefined when there is no such set */
Napi::Value setIndexOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = textArgument(info, 0);
  const auto netnsFd = netnsArgument(info, 1);
  const auto index = guarded(env, [&] { return iptables::TableSocket(netnsFd).setIndex(name); });
  if (!index) return env.Undefined();
  return Napi::Number::New(env, *index);
}

/** setNameOf(index, netnsFd?): '' when there is no such set */
Napi::Value setNameOf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto index = static_cast<std::uint16_t>(numberArgument(info, 0));
  const auto netnsFd = netnsArgument(info, 1);
  return Napi::String::New(env, guarded(env, [&] { return iptables::TableSocket(netnsFd).setName(index); }));
}

/** hasExtension('match' | 'target', name, revision, netnsFd?) */
Napi::Value hasExtension(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto kind = textArgument(info, 0) == "match" ? iptables::ExtensionKind::kMatch : iptables::ExtensionKind::kTarget;
  const std::string name = textArgument(info, 1);
  const auto revision = static_cast<std::uint8_t>(numberArgument(info, 2));
  const auto netnsFd = netnsArgument(info, 3);
  const bool has = guarded(env, [&] { return iptables::TableSocket(netnsFd).hasExtension(kind, name, revision); });
  return Napi::Boolean::New(env, has);
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("readEntries", Napi::Function::New(env, readEntries));
  exports.Set("replace", Napi::Function::New(env, replace));
  exports.Set("setIndexOf", Napi::Function::New(env, setIndexOf));
  exports.Set("setNameOf", Napi::Function::New(env, setNameOf));
  exports.Set("hasExtension", Napi::Function::New(env, hasExtension));
  return exports;
}

}  // namespace

NODE_API_MODULE(iptables, init)
