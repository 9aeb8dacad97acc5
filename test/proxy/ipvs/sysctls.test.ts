import assert from 'node:assert/strict';
import { ipvsSysctls } from '../../../src/proxy/ipvs/sysctls.ts';

describe('conn_reuse_mode is switched off', () => {
  const isSet = (release: string): boolean => ipvsSysctls(release).some(([key]) => key.endsWith('conn_reuse_mode'));
  const cases: readonly (readonly [release: string, expected: boolean])[] = [
    ['4.0.9', false],
    ['4.1.0-rc1', true],
    ['5.8.18-arch1', true],
    ['5.9.0', false],
    ['5.15.0-91-generic', false],
    ['6.1.176', false],
  ];
  for (const [release, expected] of cases) {
    it(`${expected ? 'on' : 'not on'} ${release}`, () => assert.equal(isSet(release), expected));
  }
});
