/** Leaf values that Kubernetes objects are made of. Each says, for error messages, what is allowed. */
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { isAmount, quantityForm } from './quantity.ts';

function leaf<T>(message: string, allowed: string, test: (value: unknown) => value is T): z.ZodType<T> {
  return z.custom<T>(test, { error: message, params: { allowed } });
}

function pattern(message: string, allowed: string, expression: RegExp, maxLength: number): z.ZodType<string> {
  return leaf(
    message,
    allowed,
    (value): value is string => typeof value === 'string' && value.length <= maxLength && expression.test(value),
  );
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number, message = 'is out of range'): z.ZodType<number> {
  const test = (value: unknown): value is number =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
  return leaf(message, `a whole number from ${min} to ${max}`, test);
}

/** More pods of one workload are a mistake: no cluster has as many. */
export const podCount = wholeNumber(0, 1_000_000);

export const replicas = podCount.default(1);

/** A number of pods, or a share of those that there should be. */
export const podNumberOrShare: z.ZodType<number | string> = leaf(
  'is neither a number of pods nor a share',
  'a whole number that is not negative, or a percentage from "0%" to "100%"',
  (value): value is number | string =>
    typeof value === 'number'
      ? Number.isInteger(value) && value >= 0 && value < 2 ** 31
      : typeof value === 'string' && /^(\d{1,2}|100)%$/.test(value),
);

/** A quantity as YAML may hold it: `500m`, `"4"` or the number 4. Numbers beyond 2^53 have lost digits by now. */
export const quantity: z.ZodType<string> = leaf(
  'is not a quantity',
  `${quantityForm}; not negative; in quotes from 2^53 on`,
  (value): value is string | number =>
    typeof value === 'number'
      ? value >= 0 && value <= Number.MAX_SAFE_INTEGER && isAmount(String(value))
      : typeof value === 'string' && isAmount(value),
).transform(String);

/** Resource names to quantities. */
export const resourceList = z.record(z.string(), quantity);

/** A field of the API that would change decisions, and that this program does not know how to follow. */
export const unsupported = leaf('is not supported', 'left out', (value): value is undefined => value === undefined);

/** A text that says something. */
export const filledText: z.ZodType<string> = leaf(
  'is not a name',
  'a text that is not empty',
  (value): value is string => typeof value === 'string' && value !== '',
);

/** RFC 3339, as the API writes times. */
export const timestamp: z.ZodType<string> = leaf(
  'is not a time',
  'RFC 3339, such as 2026-01-31T12:00:00Z',
  (value): value is string =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
);

export const portNumber = wholeNumber(1, 65_535, 'is not a port number');

/** RFC 1123 label: namespaces, Service port names. */
export const dnsLabel = pattern(
  'is not a DNS label',
  'up to 63 lower-case letters, digits and -, beginning and ending with a letter or digit',
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  63,
);

/** RFC 1035 label: Service names, which become host names. */
export const dns1035Label = pattern(
  'is not a DNS label that begins with a letter',
  'up to 63 lower-case letters, digits and -, beginning with a letter, ending with a letter or digit',
  /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  63,
);

/** RFC 1123 subdomain: the names of most objects. */
export const dnsSubdomain = pattern(
  'is not a DNS name',
  'up to 253 lower-case letters, digits, - and ., each part beginning and ending with a letter or digit',
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  253,
);

/** IANA service name: what a named container port may be called. */
export const portName = pattern(
  'is not a port name',
  'up to 15 lower-case letters, digits and -, with at least one letter',
  /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/,
  15,
);

export const ipv4Address = leaf(
  'is not an IPv4 address',
  'four decimal numbers from 0 to 255 with dots',
  (value): value is string => typeof value === 'string' && isIPv4(value),
);

export const ipAddress = leaf(
  'is not an IP address',
  'an IPv4 or IPv6 address',
  (value): value is string => typeof value === 'string' && (isIPv4(value) || isIPv6(value)),
);

/** What `spec.clusterIP` of a Service may hold; an empty text asks for an address to be allocated. */
export const clusterIP = leaf(
  'is not a cluster IP',
  'an IP address, None, or left out',
  (value): value is string =>
    typeof value === 'string' && (value === '' || value === 'None' || isIPv4(value) || isIPv6(value)),
);

export const protocol = z.enum(['TCP', 'UDP', 'SCTP']);

/** A port by number or by the name that a container gives it. */
export const portReference = leaf(
  'is neither a port number nor a port name',
  'a whole number from 1 to 65535, or the name of a container port',
  (value): value is number | string => portNumber.safeParse(value).success || portName.safeParse(value).success,
);

const labelKeyForm = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

const labelAllowed = 'up to 63 letters, digits, -, _ and ., beginning and ending with a letter or digit';
const labelKeyAllowed = `[DNS name/]${labelAllowed}`;

/** A key by itself: in selectors, taints, topologies. */
export const labelKey: z.ZodType<string> = leaf(
  'is not a label key',
  labelKeyAllowed,
  (value): value is string => typeof value === 'string' && labelKeyForm.test(value),
);

/** Label keys and values as the API server accepts them. */
export const labels = z.record(z.string(), z.string()).check((context) => {
  for (const [key, value] of Object.entries(context.value)) {
    if (!labelKeyForm.test(key)) context.issues.push(problem('is not a label key', [key], value, labelKeyAllowed));
    if (!labelValue.test(value)) context.issues.push(problem('is not a label value', [key], value, labelAllowed));
  }
});

/** A failed cross-check for `.check()` callbacks: what, where below the checked value, what was found, what would do. */
export function problem(
  message: string,
  path: (string | number)[],
  input: unknown,
  allowed?: string,
): z.core.$ZodRawIssue {
  return { code: 'custom', message, path, input, params: { allowed, crossCheck: true } };
}

/**
 * A mapping that refuses fields it has never heard of, as `kubectl apply` does by default. `others` are real fields
 * of the API type that this program does not read: they pass unchecked.
 */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape, others: readonly string[] = []) {
  const passed: Record<string, z.ZodOptional<z.ZodUnknown>> = {};
  for (const name of others) passed[name] = z.unknown().optional();
  return z.strictObject({ ...passed, ...shape } as Shape);
}
