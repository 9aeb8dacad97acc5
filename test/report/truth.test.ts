import assert from 'node:assert/strict';
import type { Arm } from '../../src/lab/records.ts';
import type { KernelSummary, MeasureRow, Summary } from '../../src/report/summary.ts';
import { kernelOf, summaryOf } from '../support/summaries.ts';
import { syntheticRun } from '../support/synthetic-run.ts';
import { armsOf, newFlowNs, programmingNs, requestNs, trueCrossover } from '../support/synthetic-truth.ts';

const kernels = ['host', 'uml'] as const;

describe('a summary finds the truth behind a run', () => {
  let summary: Summary;
  before(async function () {
    this.timeout(60_000);
    summary = await summaryOf(syntheticRun({ requests: 100, services: [1, 1000, 10_000], voidShare: 0.02 }));
  });

  function rows(kernel: KernelSummary, measure: string): readonly MeasureRow[] {
    return kernel.tables.find((table) => table.measure === measure)?.rows ?? [];
  }
  function armOf(kernel: KernelSummary, row: MeasureRow): Arm {
    const arm = kernel.arms.find(({ id }) => id === row.arm);
    assert.ok(arm);
    return arm;
  }

  it('in the cost of new flows: nine intervals of ten hold it, and no estimate is far off', () => {
    const covered: boolean[] = [];
    for (const name of kernels) {
      const kernel = kernelOf(summary, name);
      for (const row of rows(kernel, 'new-flow')) {
        const truth = newFlowNs(name, armOf(kernel, row), row.point);
        const figure = row.figures.nsPerPacket;
        assert.ok(truth !== undefined && figure !== undefined);
        assert.ok(Math.abs(figure.estimate / truth - 1) < 0.1, `${row.arm} ${figure.estimate}, truth ${truth}`);
        assert.ok(figure.n >= 15 && figure.n <= 20);
        covered.push(figure.low <= truth && truth <= figure.high);
      }
    }
    // Arms of a round share its drift, so their intervals miss together; a tenth leaves room for that.
    assert.ok(covered.filter(Boolean).length / covered.length > 0.9);
  });

  it('in latency and programming time', () => {
    for (const name of kernels) {
      const kernel = kernelOf(summary, name);
      for (const measure of ['crr', 'rr', 'udp'] as const) {
        for (const row of rows(kernel, measure).filter(({ point }) => point.loop === 'open')) {
          const truth = requestNs(name, armOf(kernel, row), measure, row.point);
          assert.ok(Math.abs((row.figures.p50Ns?.estimate ?? 0) / truth - 1) < 0.1, `${measure} ${row.arm}`);
        }
      }
      for (const measure of ['program-cold', 'program-add'] as const) {
        for (const row of rows(kernel, measure)) {
          const truth = programmingNs(armOf(kernel, row), measure, row.point.services);
          assert.ok(Math.abs((row.figures.totalNs?.estimate ?? 0) / truth - 1) < 0.1, `${measure} ${row.arm}`);
        }
      }
    }
  });

  it('in ratios to the direct path, closer than in the costs themselves', () => {
    for (const name of kernels) {
      const kernel = kernelOf(summary, name);
      for (const row of rows(kernel, 'new-flow').filter(({ overDirect }) => overDirect !== undefined)) {
        const [own, direct] = [armOf(kernel, row), armsOf[name][0]].map(
          (arm) => arm && newFlowNs(name, arm, row.point),
        );
        assert.ok(own !== undefined && direct !== undefined && row.overDirect !== undefined);
        assert.ok(
          Math.abs(row.overDirect.estimate / (own / direct) - 1) < 0.05,
          `${row.arm} ${row.overDirect.estimate}`,
        );
      }
    }
  });

  it('in crossovers, for every position', () => {
    for (const name of kernels) {
      const { challenger, middle, last } = trueCrossover[name];
      const found = kernelOf(summary, name).crossovers.filter(
        (row) => row.challenger === challenger && row.incumbent === 'iptables-legacy',
      );
      const at = (position: string): (typeof found)[number]['crossover'] | undefined =>
        found.find((row) => row.position === position)?.crossover;
      for (const [position, truth] of [
        ['middle', middle],
        ['last', last],
      ] as const) {
        const crossover = at(position);
        assert.ok(crossover?.kind === 'crosses', crossover?.kind);
        assert.equal(crossover.direction, 'cheaper');
        assert.ok(
          crossover.at.low <= truth && truth <= crossover.at.high,
          `${position}: ${JSON.stringify(crossover.at)}`,
        );
      }
      assert.equal(at('first')?.kind, 'never-cheaper');
    }
  });

  it('in the split over backends', () => {
    const balance = rows(kernelOf(summary, 'uml'), 'balance');
    const jain = (arm: string, backends: string): number =>
      balance.find((row) => row.arm === arm && row.point.backends === backends)?.balance?.jain.estimate ?? 0;
    assert.equal(jain('ipvs-rr', 'even'), 1);
    assert.ok(jain('iptables-legacy', 'even') > 0.99 && jain('iptables-legacy', 'even') < 1);
    // 1 / (4 * (0.36² + 0.28² + 0.22² + 0.14²)) = 0.906
    assert.ok(Math.abs(jain('ipvs-sh', 'even') - 0.906) < 0.02);
    const pValue = (arm: string): number =>
      balance.find((row) => row.arm === arm && row.point.backends === 'even')?.balance?.chiSquare.pValue ?? 0;
    assert.ok(pValue('ipvs-sh') < 1e-6);
    assert.ok(pValue('ipvs-rr') > 0.999);
  });

  it('in the control, whose twins are the same', () => {
    for (const name of kernels) {
      const { controls } = kernelOf(summary, name);
      assert.ok(controls.length >= 11);
      for (const row of controls) {
        assert.deepEqual([row.arm, row.control, row.agrees], ['direct', 'direct-control', true], JSON.stringify(row));
        assert.ok(row.ratio.low < 1.03 && row.ratio.high > 0.97);
      }
    }
  });

  it('and keeps void slices out, though they are fifty times off', () => {
    for (const name of kernels) {
      const { slices, voids, tables } = kernelOf(summary, name);
      assert.ok(slices.void > 20);
      assert.equal(
        voids.reduce((sum, group) => sum + group.slices, 0),
        slices.void,
      );
      const counted = tables.flatMap((table) => table.rows.map((row) => row.slices));
      assert.equal(
        counted.reduce((sum, count) => sum + count.void, 0),
        slices.void,
      );
      assert.equal(
        counted.reduce((sum, count) => sum + count.valid, 0),
        slices.valid,
      );
    }
  });

  it('and never puts figures of two kernels into one place', () => {
    for (const name of kernels) {
      const kernel = kernelOf(summary, name);
      const known = new Set(armsOf[name].map(({ id }) => id));
      for (const table of kernel.tables) assert.ok(table.rows.every((row) => known.has(row.arm)));
      const foreign = name === 'host' ? /IPVS|User-Mode/ : /nftables|iptables-nft|host/;
      for (const finding of kernel.findings) assert.doesNotMatch(`${finding.text} ${finding.detail}`, foreign);
    }
  });
});
