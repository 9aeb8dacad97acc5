/** What JavaScript sees. Errors of the kernel carry `errno` and, where one of a list was refused, its `index`. */
#include <napi.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "links.h"
#include "namespaces.h"
#include "napi-operations.h"
#include "netlink-error.h"

namespace kubedyno {
namespace {

Napi::Error kernelError(Napi::Env env, const std::string& message, int errorNumber) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("errno", Napi::Number::New(env, errorNumber));
  return error;
}

/** Every function of the addon goes through this: no C++ exception may reach Node, which would end the process. */
template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    return Body(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (const std::system_error& error) {
    throw kernelError(info.Env(), error.what(), error.code().value());
  } catch (const netlink::Error& error) {
    throw kernelError(info.Env(), error.what(), error.errorNumber());
  } catch (const std::invalid_argument& error) {
    throw Napi::TypeError::New(info.Env(), error.what());
  } catch (const std::exception& error) {
    throw Napi::Error::New(info.Env(), error.what());
  }
}

std::string nameOf(const Napi::Value& value) {
  if (!value.IsString()) throw Napi::TypeError::New(value.Env(), "an interface name must be a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Value asNetns(Napi::Env env, int fd) {
  Napi::Object netns = Napi::Object::New(env);
  netns.Set("fd", Napi::Number::New(env, fd));
  return netns;
}

Napi::Value createNetns(const Napi::CallbackInfo& info) { return asNetns(info.Env(), createNamespace()); }

Napi::Value currentNetns(const Napi::CallbackInfo& info) { return asNetns(info.Env(), currentNamespace()); }

Napi::Value closeNetns(const Napi::CallbackInfo& info) {
  if (::close(netnsDescriptor(info[0])) != 0) throw std::system_error(errno, std::generic_category(), "close");
  return info.Env().Undefined();
}

Napi::Value enterNetns(const Napi::CallbackInfo& info) {
  enterNamespace(netnsDescriptor(info[0]));
  return info.Env().Undefined();
}

Napi::Value pin(const Napi::CallbackInfo& info) {
  if (!info[0].IsArray()) throw Napi::TypeError::New(info.Env(), "CPUs must be an array");
  const Napi::Array list = info[0].As<Napi::Array>();
  std::vector<int> cpus;
  cpus.reserve(list.Length());
  for (std::uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value cpu = list[i];
    if (!cpu.IsNumber()) throw Napi::TypeError::New(info.Env(), "a CPU must be a number");
    cpus.push_back(cpu.As<Napi::Number>().Int32Value());
  }
  pinThread(cpus, info[1].IsNumber() ? info[1].As<Napi::Number>().Int32Value() : 0);
  return info.Env().Undefined();
}

Napi::Value applyLinks(const Napi::CallbackInfo& info) {
  const int netnsFd = netnsDescriptor(info[0]);
  if (!info[1].IsArray()) throw Napi::TypeError::New(info.Env(), "link operations must be an array");
  const Napi::Array list = info[1].As<Napi::Array>();
  std::vector<link::Operation> operations;
  operations.reserve(list.Length());
  for (std::uint32_t i = 0; i < list.Length(); i++) {
    const Napi::HandleScope scope(info.Env());
    operations.push_back(readLinkOperation(list[i]));
  }
  if (const auto failure = link::apply(netnsFd, operations)) {
    const std::string reason = failure->message.empty() ? std::strerror(failure->errorNumber) : failure->message;
    Napi::Error error = kernelError(info.Env(), reason, failure->errorNumber);
    error.Set("index", Napi::Number::New(info.Env(), static_cast<double>(failure->index)));
    throw error;
  }
  return info.Env().Undefined();
}

Napi::Value macOf(const Napi::CallbackInfo& info) {
  return Napi::String::New(info.Env(), link::query(netnsDescriptor(info[0]), nameOf(info[1])).mac);
}

Napi::Value linkStats(const Napi::CallbackInfo& info) {
  const link::Counters counters = link::query(netnsDescriptor(info[0]), nameOf(info[1])).counters;
  Napi::Object stats = Napi::Object::New(info.Env());
  const auto set = [&](const char* field, std::uint64_t value) {
    stats.Set(field, Napi::Number::New(info.Env(), static_cast<double>(value)));
  };
  set("rxPackets", counters.rxPackets);
  set("txPackets", counters.txPackets);
  set("rxBytes", counters.rxBytes);
  set("txBytes", counters.txBytes);
  set("rxDropped", counters.rxDropped);
  set("txDropped", counters.txDropped);
  return stats;
}

Napi::Value addressesOf(const Napi::CallbackInfo& info) {
  const auto found = link::addresses(netnsDescriptor(info[0]), nameOf(info[1]));
  Napi::Array list = Napi::Array::New(info.Env(), found.size());
  for (std::uint32_t i = 0; i < found.size(); i++) {
    const Napi::HandleScope scope(info.Env());
    Napi::Object address = Napi::Object::New(info.Env());
    address.Set("ip", Napi::String::New(info.Env(), found[i].ip));
    address.Set("prefix", Napi::Number::New(info.Env(), found[i].prefix));
    list.Set(i, address);
  }
  return list;
}

template <Napi::Value (*Body)(const Napi::CallbackInfo&)>
void exportAs(Napi::Object& exports, const char* name) {
  exports.Set(name, Napi::Function::New<guarded<Body>>(exports.Env(), name));
}

Napi::Object init(Napi::Env, Napi::Object exports) {
  exportAs<createNetns>(exports, "createNetns");
  exportAs<currentNetns>(exports, "currentNetns");
  exportAs<closeNetns>(exports, "closeNetns");
  exportAs<enterNetns>(exports, "enterNetns");
  exportAs<pin>(exports, "pinThread");
  exportAs<applyLinks>(exports, "applyLinks");
  exportAs<macOf>(exports, "macOf");
  exportAs<linkStats>(exports, "linkStats");
  exportAs<addressesOf>(exports, "addressesOf");
  return exports;
}

NODE_API_MODULE(netns, init)

}  // namespace
}  // namespace kubedyno
