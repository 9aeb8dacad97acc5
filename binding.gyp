{
  "variables": { "sanitize%": "" },
  "target_defaults": {
    "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")", "native/common"],
    "defines": ["NAPI_VERSION=8", "NODE_ADDON_API_DISABLE_DEPRECATED", "NAPI_CPP_EXCEPTIONS"],
    "cflags": ["-Wall", "-Wextra", "-Wno-unused-parameter"],
    "cflags_cc": ["-std=c++20", "-O2", "-fexceptions", "-frtti"],
    "cflags!": ["-fno-exceptions"],
    "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
    "conditions": [
      ["sanitize!=''", {
        "cflags": ["-fsanitize=<(sanitize)", "-fno-omit-frame-pointer", "-fno-sanitize-recover=undefined", "-g"],
        "ldflags": ["-fsanitize=<(sanitize)"]
      }]
    ]
  },
  "targets": [
    { "target_name": "ipvs", "sources": ["<!@(ls native/common/*.cc native/ipvs/*.cc 2>/dev/null || true)"] },
    { "target_name": "iptables", "sources": ["<!@(ls native/iptables/*.cc 2>/dev/null || true)"] },
    { "target_name": "netns", "sources": ["<!@(ls native/common/*.cc native/netns/*.cc 2>/dev/null || true)"] },
    { "target_name": "traffic", "sources": ["<!@(ls native/traffic/*.cc 2>/dev/null || true)"], "cflags_cc": ["-O3"] }
  ]
}
