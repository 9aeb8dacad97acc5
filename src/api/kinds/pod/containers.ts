/** Containers: what they ask for, which ports of the node they take, which images they run. */
import { z } from 'zod';
import {
  dnsLabel,
  portName,
  portNumber,
  problem,
  protocol,
  resourceList,
  strictObject,
  wholeNumber,
} from '../../fields.ts';
import type { ResourceRequirements } from '../../objects.ts';
import { compareQuantities } from '../../quantity.ts';

const containerPort = strictObject({
  name: portName.exactOptional(),
  containerPort: portNumber,
  hostPort: wholeNumber(0, 65_535).default(0),
  hostIP: z.string().default(''),
  protocol: protocol.default('TCP'),
});

/** Requests default to limits, resource by resource. */
export const resourceRequirements: z.ZodType<ResourceRequirements> = strictObject({
  requests: resourceList.default({}),
  limits: resourceList.default({}),
  claims: z.array(strictObject({ name: z.string(), request: z.string().exactOptional() })).exactOptional(),
})
  .check(({ value, issues }) => {
    for (const [name, request] of Object.entries(value.requests)) {
      const limit = value.limits[name];
      if (limit === undefined || compareQuantities(request, limit) <= 0) continue;
      issues.push(problem('is more than the limit', ['requests', name], request, `at most ${limit}`));
    }
  })
  .transform(({ requests, limits, ...rest }) => ({ requests: { ...limits, ...requests }, limits, ...rest }));

const container = z.looseObject({
  name: dnsLabel,
  image: z.string().default(''),
  ports: z.array(containerPort).default([]),
  resources: resourceRequirements.prefault({}),
  restartPolicyRules: z.array(z.looseObject({ action: z.string() })).exactOptional(),
});

/** Scheduling reads a handful of a container's fields; the others pass as they are and are dropped. */
export const appContainer = container.transform(commonFields);

export const initContainer = container
  .extend({ restartPolicy: z.literal('Always').exactOptional() })
  .transform(({ restartPolicy, ...container }) => ({
    ...commonFields(container),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  }));

function commonFields({ name, image, ports, resources, restartPolicyRules }: z.output<typeof container>) {
  const rules = restartPolicyRules?.map(({ action }) => ({ action }));
  return { name, image, ports, resources, ...(rules === undefined ? {} : { restartPolicyRules: rules }) };
}
