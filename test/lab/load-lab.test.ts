import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../native/load.ts';
import { loadLab } from '../../src/lab/load-lab.ts';

const valid = `apiVersion: kubedyno.dev/v1alpha1
kind: Lab
metadata: { name: mine }
spec:
  manifests: [web.yaml]
  arms:
    - mode: direct
`;

describe('a lab file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-test-'));
    cpSync(join(packageRoot(), 'examples', 'web.yaml'), join(folder, 'web.yaml'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const load = (text: string) => {
    writeFileSync(join(folder, 'lab.yaml'), text);
    return loadLab(join(folder, 'lab.yaml'));
  };

  it('takes the first TCP Service with endpoints, and defaults for the rest', async () => {
    const { lab, target } = await load(valid);
    assert.equal(target.name, 'web');
    assert.equal(target.endpoints.length, 4);
    assert.deepEqual(lab.spec.services, [1, 1000, 5000, 10_000]);
  });

  it('is the default lab as shipped', async () => {
    const { lab } = await loadLab(join(packageRoot(), 'examples', 'default-lab.yaml'));
    assert.equal(lab.metadata.name, 'default');
  });

  const wrong: readonly (readonly [what: string, text: string, message: RegExp])[] = [
    ['an unknown mode', valid.replace('direct', 'ebpf'), /lab\.yaml:7:\d+: spec\.arms\[0\].*ebpf/s],
    [
      'an unknown scheduler',
      valid.replace('mode: direct', 'mode: ipvs\n      schedulers: [fastest]'),
      /lab\.yaml:8:\d+: .*fastest.*rr/s,
    ],
    ['a negative count', `${valid}  services: [-1]\n`, /lab\.yaml:8:\d+: spec\.services\[0\].*-1/s],
    ['an unknown field', `${valid}  sizes: [1]\n`, /lab\.yaml:8:\d+: spec\.sizes: unknown field/],
    ['a missing manifest', valid.replace('web.yaml', 'gone.yaml'), /gone\.yaml: cannot be read/],
    ['broken YAML', `${valid}  services: [1\n`, /lab\.yaml:\d+:\d+: /],
    ['an unknown target', `${valid}  target: { service: shop }\n`, /target default\/shop .* they have: default\/web/],
    ['nothing', '', /lab\.yaml:1:1: is empty/],
  ];
  for (const [what, text, message] of wrong) {
    it(`with ${what} is refused with its place and what is allowed`, async () => {
      await assert.rejects(load(text), (error: Error & { exitCode?: number }) => {
        assert.match(error.message, message);
        assert.equal(error.exitCode, 64);
        return true;
      });
    });
  }

  it('whose only Service has no endpoints has nothing to measure', async () => {
    writeFileSync(
      join(folder, 'web.yaml'),
      'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec:\n  selector: { app: web }\n  ports: [{ port: 80 }]\n',
    );
    await assert.rejects(load(valid), /not a TCP Service port with endpoints/);
  });
});
