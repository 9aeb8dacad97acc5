/** N-API glue of the IPVS client: records in and out as buffers, C++ exceptions out as errors with a `kind`. */
#include <napi.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <string>

#include "client.h"

namespace {

const char* nameOf(netlink::ErrorKind kind) {
  switch (kind) {
    case netlink::ErrorKind::kSystem: return "system";
    case netlink::ErrorKind::kRefused: return "refused";
    case netlink::ErrorKind::kMalformed: return "malformed";
    case netlink::ErrorKind::kTruncated: return "truncated";
    case netlink::ErrorKind::kOverrun: return "overrun";
    case netlink::ErrorKind::kUnanswered: return "unanswered";
    case netlink::ErrorKind::kInterrupted: return "interrupted";
    case netlink::ErrorKind::kRequest: return "request";
  }
  return "system";
}

[[noreturn]] void throwTyped(Napi::Env env, const char* kind, int errorNumber, const std::string& message) {
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("kind", Napi::String::New(env, kind));
  error.Set("errno", Napi::Number::New(env, errorNumber));
  throw error;
}

/** Runs `body` and turns the exceptions of the C++ parts into typed JavaScript errors. */
template <class Body>
auto guarded(Napi::Env env, Body&& body) {
  try {
    return body();
  } catch (const netlink::Error& error) {
    throwTyped(env, nameOf(error.kind()), error.errorNumber(), error.what());
  } catch (const ipvs::NoIpvs& error) {
    throwTyped(env, "no-ipvs", 0, error.what());
  } catch (const std::bad_alloc&) {
    throwTyped(env, "system", ENOMEM, "out of memory");
  }
}

/** The records in an ArrayBuffer. JavaScript cannot change them during a call: the buffer belongs to its thread. */
template <class Record>
std::span<const Record> recordsIn(const Napi::Value& value) {
  if (!value.IsArrayBuffer()) throw Napi::TypeError::New(value.Env(), "expected an ArrayBuffer of records");
  auto buffer = value.As<Napi::ArrayBuffer>();
  if (buffer.ByteLength() % sizeof(Record) != 0 || reinterpret_cast<std::uintptr_t>(buffer.Data()) % alignof(Record)) {
    throw Napi::RangeError::New(value.Env(), "the ArrayBuffer does not hold whole, aligned records");
  }
  return {static_cast<const Record*>(buffer.Data()), buffer.ByteLength() / sizeof(Record)};
}

template <class Record>
Napi::Value arrayBufferOf(Napi::Env env, std::span<const Record> records) {
  Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env, records.size_bytes());
  if (!records.empty()) std::memcpy(buffer.Data(), records.data(), records.size_bytes());
  return buffer;
}

class IpvsSocket : public Napi::ObjectWrap<IpvsSocket> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "IpvsSocket",
                       {InstanceMethod<&IpvsSocket::apply>("apply"), InstanceMethod<&IpvsSocket::services>("services"),
                        InstanceMethod<&IpvsSocket::service>("service"),
                        InstanceMethod<&IpvsSocket::destinations>("destinations"),
                        InstanceMethod<&IpvsSocket::timeouts>("timeouts"),
                        InstanceMethod<&IpvsSocket::setTimeouts>("setTimeouts"),
                        InstanceMethod<&IpvsSocket::info>("info"), InstanceMethod<&IpvsSocket::close>("close")});
  }

  explicit IpvsSocket(const Napi::CallbackInfo& info) : Napi::ObjectWrap<IpvsSocket>(info) {
    std::optional<int> netnsFd;
    if (info[0].IsNumber()) netnsFd = info[0].As<Napi::Number>().Int32Value();
    guarded(info.Env(), [&] { client_.emplace(netnsFd); });
  }

 private:
  ipvs::Client& client(Napi::Env env) {
    if (!client_) throwTyped(env, "closed", EBADF, "the IPVS client is closed");
    return *client_;
  }

  ipvs::ServiceConfig keyFrom(const Napi::CallbackInfo& info) {
    const auto keys = recordsIn<ipvs::ServiceConfig>(info[0]);
    if (keys.size() != 1) throw Napi::RangeError::New(info.Env(), "expected one service key");
    return keys.front();
  }

  Napi::Value apply(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto operations = recordsIn<ipvs::OperationRecord>(info[0]);
    const auto result = guarded(env, [&] { return client(env).apply(operations); });
    const auto failures = Napi::Array::New(env, result.failures.size());
    for (std::size_t at = 0; at < result.failures.size(); ++at) {
      const netlink::Failure& failure = result.failures[at];
      Napi::Object entry = Napi::Object::New(env);
      entry.Set("index", Napi::Number::New(env, static_cast<double>(failure.index)));
      entry.Set("errno", Napi::Number::New(env, failure.errorNumber));
      entry.Set("message", Napi::String::New(env, failure.message));
      failures.Set(static_cast<std::uint32_t>(at), entry);
    }
    Napi::Object summary = Napi::Object::New(env);
    summary.Set("bytes", Napi::Number::New(env, static_cast<double>(result.bytes)));
    summary.Set("systemCalls", Napi::Number::New(env, static_cast<double>(result.systemCalls)));
    summary.Set("accepted", Napi::Number::New(env, static_cast<double>(result.accepted)));
    summary.Set("failures", failures);
    return summary;
  }

  Napi::Value services(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto records = guarded(env, [&] { return client(env).services(); });
    return arrayBufferOf<ipvs::ServiceRecord>(env, records);
  }

  Napi::Value service(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const ipvs::ServiceConfig key = keyFrom(info);
    const ipvs::ServiceRecord record = guarded(env, [&] { return client(env).service(key); });
    return arrayBufferOf<ipvs::ServiceRecord>(env, std::span(&record, 1));
  }

  Napi::Value destinations(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const ipvs::ServiceConfig key = keyFrom(info);
    const auto records = guarded(env, [&] { return client(env).destinations(key); });
    return arrayBufferOf<ipvs::DestinationRecord>(env, records);
  }

  Napi::Value timeouts(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const ipvs::Timeouts timeouts = guarded(env, [&] { return client(env).timeouts(); });
    Napi::Object result = Napi::Object::New(env);
    result.Set("tcpSeconds", Napi::Number::New(env, timeouts.tcpSeconds));
    result.Set("tcpFinSeconds", Napi::Number::New(env, timeouts.tcpFinSeconds));
    result.Set("udpSeconds", Napi::Number::New(env, timeouts.udpSeconds));
    return result;
  }

  void setTimeouts(const Napi::CallbackInfo& info) {
    const auto seconds = [&](std::size_t index) { return info[index].As<Napi::Number>().Uint32Value(); };
    for (std::size_t index = 0; index < 3; ++index) {
      if (!info[index].IsNumber()) throw Napi::TypeError::New(info.Env(), "expected three timeouts in seconds");
    }
    guarded(info.Env(), [&] {
      client(info.Env()).setTimeouts({.tcpSeconds = seconds(0), .tcpFinSeconds = seconds(1), .udpSeconds = seconds(2)});
    });
  }

  Napi::Value info(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const ipvs::Info values = guarded(env, [&] { return client(env).info(); });
    Napi::Object result = Napi::Object::New(env);
    result.Set("version", Napi::Number::New(env, values.version));
    result.Set("connectionTableSize", Napi::Number::New(env, values.connectionTableSize));
    return result;
  }

  void close(const Napi::CallbackInfo& info) { client_.reset(); }

  std::optional<ipvs::Client> client_;
};

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  exports.Set("IpvsSocket", IpvsSocket::define(env));
  return exports;
}

}  // namespace

NODE_API_MODULE(ipvs, initialise)
