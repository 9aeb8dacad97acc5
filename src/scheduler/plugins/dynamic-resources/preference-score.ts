/** Nodes where claims get what they would rather have. Source: dynamicresources.go, computeScore (since 1.35). */
import type { DeviceAllocationResult, ResourceClaim } from '../../../api/objects.ts';

/** Alternatives that one request can have. */
const maxAlternatives = 8;

/** 8 for a first choice, 7 for a second, and so on. */
export function preferenceScore({ spec }: ResourceClaim, results: readonly DeviceAllocationResult[]): number {
  const had = new Set(results.map(({ request }) => request));
  let score = 0;
  for (const { name, exactly, firstAvailable = [] } of spec.requests) {
    if (exactly !== undefined) continue;
    firstAvailable.forEach((alternative, place) => {
      if (had.has(`${name}/${alternative.name}`)) score += maxAlternatives - place;
    });
  }
  return score;
}

export function hasChoices({ spec }: ResourceClaim): boolean {
  return spec.requests.some(({ exactly, firstAvailable = [] }) => exactly === undefined && firstAvailable.length > 0);
}
