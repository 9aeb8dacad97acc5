import assert from 'node:assert/strict';
import { createDataPlane } from '../../src/proxy/registry.ts';
import { dataPlaneModes } from '../../src/proxy/types.ts';

for (const mode of dataPlaneModes) {
  it(`the mode ${mode} has a data plane of its name`, () => assert.equal(createDataPlane(mode).mode, mode));
}
