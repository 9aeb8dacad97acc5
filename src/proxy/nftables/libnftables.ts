/**
 * Transactions through libnftables, the library that the command nft is a shell around. In this process it spares the
 * start of a program and the copy through a pipe, which for one Service more is about half of the time.
 */
import koffi from 'koffi';
import { type Netns, withNetns } from '../../../native/netns/index.ts';
import { proxyErrors } from '../errors.ts';

const libraryName = 'libnftables.so.1';

/** A `struct nft_ctx *`; null when the library could not make one. */
type Context = unknown;

interface Libnftables {
  readonly newContext: (flags: number) => Context;
  readonly freeContext: (context: Context) => void;
  readonly bufferOutput: (context: Context) => number;
  readonly bufferError: (context: Context) => number;
  readonly runCommands: (context: Context, commands: string) => number;
  readonly errorText: (context: Context) => string | null;
}

let loaded: Libnftables | undefined;

/** @throws DataPlaneError when the library is not installed. */
function library(): Libnftables {
  if (loaded !== undefined) return loaded;
  const lib = (() => {
    try {
      return koffi.load(libraryName);
    } catch (error) {
      throw proxyErrors.toolMissing(libraryName, 'libnftables1', error);
    }
  })();
  loaded = {
    newContext: lib.func('void *nft_ctx_new(uint32_t flags)'),
    freeContext: lib.func('void nft_ctx_free(void *ctx)'),
    bufferOutput: lib.func('int nft_ctx_buffer_output(void *ctx)'),
    bufferError: lib.func('int nft_ctx_buffer_error(void *ctx)'),
    runCommands: lib.func('int nft_run_cmd_from_buffer(void *ctx, const char *commands)'),
    errorText: lib.func('const char *nft_ctx_get_error_buffer(void *ctx)'),
  };
  return loaded;
}

/**
 * Runs the commands in `netns` as one transaction: all of them take effect at once or none does. It returns when the
 * kernel has committed; the calling thread waits.
 * @throws DataPlaneError with the library's message when the library is missing or the kernel refuses.
 */
export function runNftCommands(netns: Netns, commands: string): void {
  const nft = library();
  // The context opens its netlink socket, and so belongs to the namespace, when it is made.
  withNetns(netns, () => {
    const context = nft.newContext(0);
    if (context === null) throw proxyErrors.toolFailed('libnftables', 'no context', '');
    try {
      // Into memory: a library's complaint must not end up on the terminal.
      nft.bufferOutput(context);
      nft.bufferError(context);
      const status = nft.runCommands(context, commands);
      if (status !== 0) throw proxyErrors.toolFailed('libnftables', status, nft.errorText(context) ?? '');
    } finally {
      nft.freeContext(context);
    }
  });
}
