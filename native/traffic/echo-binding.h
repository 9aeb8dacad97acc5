// Registers the echo backends: `startEcho`. Defined in echo-binding.cc.
#pragma once

#include <napi.h>

namespace kubedyno::traffic {

void init_echo(Napi::Env env, Napi::Object exports);

}  // namespace kubedyno::traffic
