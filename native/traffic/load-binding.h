// Registers the load engine: `runLoad`.
#pragma once

#include <napi.h>

namespace kubedyno::traffic {

void init_load(Napi::Env env, Napi::Object exports);

}  // namespace kubedyno::traffic
