#pragma once

/**
 * The kernel's own headers, and the proof that layout.ts has the same numbers. <net/if.h> has to come before them:
 * it and <linux/if.h> define the same names.
 */
#include <net/if.h>
#include <netinet/in.h>

#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netfilter/x_tables.h>
#include <linux/netfilter_ipv4/ip_tables.h>

#include <cstddef>

static_assert(sizeof(void*) == 8, "the iptables interface of 32-bit kernels has another layout; build for 64 bits");
static_assert(sizeof(ipt_replace) == 96 && offsetof(ipt_replace, num_counters) == 84);
static_assert(offsetof(ipt_replace, hook_entry) == 44 && offsetof(ipt_replace, underflow) == 64);
static_assert(sizeof(ipt_entry) == 112 && offsetof(ipt_entry, target_offset) == 88);
static_assert(sizeof(ipt_ip) == 84 && offsetof(ipt_entry, counters) == 96);
static_assert(sizeof(xt_entry_match) == 32 && sizeof(xt_entry_target) == 32);
static_assert(sizeof(xt_counters_info) == 40 && sizeof(xt_counters) == 16);
static_assert(XT_ALIGN(sizeof(xt_standard_target)) == 40 && XT_ALIGN(sizeof(xt_error_target)) == 64);
