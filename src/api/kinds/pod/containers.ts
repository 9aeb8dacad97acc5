/** Containers: what they ask for, which ports of the node they take, which images they run. */
import { z } from 'zod';
import {
  dnsLabel,
  filledText,
  portName,
  portNumber,
  problem,
  protocol,
  resourceList,
  strictObject,
  wholeNumber,
} from '../../fields.ts';
import type { ResourceRequirements } from '../../objects.ts';
import { compareQuantities, quantityMilliValue } from '../../quantity.ts';

const containerPort = strictObject({
  name: portName.exactOptional(),
  containerPort: portNumber,
  hostPort: wholeNumber(0, 65_535).default(0),
  hostIP: z.string().default(''),
  protocol: protocol.default('TCP'),
});

/** What the API knows by a name without a domain. */
const standardResource = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** Amounts of a domain's own resources are counts: there is no half of a device. */
function resourceProblem(name: string, amount: string): readonly [message: string, allowed: string] | undefined {
  if (!name.includes('/')) {
    if (standardResource.test(name)) return undefined;
    return ['is not a resource', 'cpu, memory, ephemeral-storage, hugepages-SIZE, or a name with a domain'];
  }
  return quantityMilliValue(amount) % 1000n === 0n ? undefined : ['is not whole', `whole numbers of ${name}`];
}

/** As written, without defaults. */
export const resourceFields = strictObject({
  requests: resourceList.default({}),
  limits: resourceList.default({}),
  claims: z.array(strictObject({ name: filledText, request: z.string().exactOptional() })).exactOptional(),
}).check(({ value, issues }) => {
  for (const list of ['requests', 'limits'] as const) {
    for (const [name, amount] of Object.entries(value[list])) {
      const [message, allowed] = resourceProblem(name, amount) ?? [];
      if (message !== undefined) issues.push(problem(message, [list, name], amount, allowed));
    }
  }
  for (const [name, request] of Object.entries(value.requests)) {
    const limit = value.limits[name];
    if (limit === undefined || compareQuantities(request, limit) <= 0) continue;
    issues.push(problem('is more than the limit', ['requests', name], request, `at most ${limit}`));
  }
});

/** Requests default to limits, resource by resource. */
const containerResources = resourceFields.transform(
  ({ requests, limits, ...rest }): ResourceRequirements => ({ requests: { ...limits, ...requests }, limits, ...rest }),
);

/** Fields of the API that nobody here reads. */
const others = [
  'command',
  'args',
  'workingDir',
  'envFrom',
  'env',
  'resizePolicy',
  'volumeMounts',
  'volumeDevices',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
  'securityContext',
  'stdin',
  'stdinOnce',
  'tty',
];

const container = strictObject(
  {
    name: dnsLabel,
    image: z.string().default(''),
    ports: z.array(containerPort).default([]),
    resources: containerResources.prefault({}),
    restartPolicy: z.enum(['Always', 'OnFailure', 'Never']).exactOptional(),
    restartPolicyRules: z.array(z.looseObject({ action: z.string() })).exactOptional(),
  },
  others,
);

export const appContainer = container.transform(commonFields);

export const initContainer = container.transform((written) => ({
  ...commonFields(written),
  ...(written.restartPolicy === 'Always' ? { restartPolicy: written.restartPolicy } : {}),
}));

function commonFields({ name, image, ports, resources, restartPolicyRules }: z.output<typeof container>) {
  const rules = restartPolicyRules?.map(({ action }) => ({ action }));
  return { name, image, ports, resources, ...(rules === undefined ? {} : { restartPolicyRules: rules }) };
}
