import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { writeReport } from '../../src/report/write-report.ts';
import { syntheticRun, toJsonLines } from '../support/synthetic-run.ts';
import { withScheduling } from '../support/synthetic-scheduling.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Charts of a kernel on which everything was measured. */
const charts = [
  'new-flow',
  'established',
  'percentiles',
  'balance',
  'shares-even',
  'shares-uneven',
  'programming',
  'control',
];

describe('the page in a browser (needs chromium)', () => {
  let folder = '';
  let browser: Browser | undefined;
  let findings: string[] = [];

  before(async function () {
    if (executablePath === undefined) this.skip();
    this.timeout(120_000);
    folder = mkdtempSync(join(tmpdir(), 'kubedyno-page-'));
    const records = withScheduling(syntheticRun({ services: [1, 1000, 10_000], rounds: 6, requests: 60 }));
    writeFileSync(join(folder, 'results.jsonl'), toJsonLines(records));
    const { summary } = await writeReport(folder, ['html']);
    findings = [...summary.kernels, summary.scheduling].flatMap((part) => part?.findings.map(({ text }) => text) ?? []);
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-sync'],
    });
  });
  after(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true });
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 800]) {
      it(`shows findings and charts, silent and within ${width} px, ${colorScheme}`, async function () {
        this.timeout(60_000);
        assert.ok(browser !== undefined);
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const troubles: string[] = [];
        page.on('console', (message) => troubles.push(`console: ${message.text()}`));
        page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
        page.on('request', (request) => {
          if (!/^(file|data):/.test(request.url())) troubles.push(`request: ${request.url()}`);
        });
        await page.goto(pathToFileURL(join(folder, 'report.html')).href);

        for (const kernel of ['host', 'uml']) {
          for (const name of charts) {
            const box = await page.locator(`#chart-${kernel}-${name} svg:not(.swatch)`).boundingBox();
            assert.ok(box !== null && box.width > 300 && box.height > 100, `${kernel} ${name}: ${JSON.stringify(box)}`);
            assert.ok(box.x >= 0 && box.x + box.width <= width, `${kernel} ${name}: ${JSON.stringify(box)}`);
          }
        }
        const throughput = await page.locator('#chart-scheduler-throughput svg:not(.swatch)').boundingBox();
        assert.ok(throughput !== null && throughput.width > 300 && throughput.x + throughput.width <= width);
        assert.equal(await page.locator('[id^=scheduler-table] tbody tr').count(), 6);
        const top = (await page.locator('#findings').innerText()).replaceAll('\u00a0', ' ').replaceAll(/\s+/g, ' ');
        assert.ok(findings.length >= 12);
        for (const text of findings) assert.ok(top.includes(text), `${text}\nnot in\n${top}`);
        assert.match(top, /IPVS rr overtakes iptables-legacy from about/);
        assert.match(top, /no-scoring is the fastest scheduler profile/);

        const widths = await page.evaluate('[document.documentElement.scrollWidth, window.innerWidth]');
        assert.deepEqual(widths, [width, width], 'the page scrolls sideways');
        const shades = String(await page.evaluate('getComputedStyle(document.body).backgroundColor')).match(/\d+/g);
        assert.equal(Number(shades?.[0]) > 128, colorScheme === 'light', `background ${shades}`);
        const line = `document.querySelector('#chart-uml-new-flow path[stroke="var(--arm-ipvs)"]')`;
        const stroke = await page.evaluate(`getComputedStyle(${line}).stroke`);
        assert.equal(stroke, colorScheme === 'light' ? 'rgb(0, 104, 180)' : 'rgb(92, 184, 242)');
        assert.deepEqual(troubles, []);
        await page.close();
      });
    }
  }

  it('keeps its tables readable by scope, and its data by programs', async function () {
    this.timeout(60_000);
    assert.ok(browser !== undefined);
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    const unscoped = await page.locator('th:not([scope])').count();
    assert.equal(unscoped, 0);
    assert.equal(await page.locator('table:not(:has(caption))').count(), 0);
    const schema = await page.evaluate("JSON.parse(document.getElementById('summary').textContent).schema");
    assert.equal(schema, 'kubedyno.summary.v1');
    await page.close();
  });
});
