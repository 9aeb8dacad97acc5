/** The page around the sections: head, navigation, findings, method, machine. */
import type { Chart } from '../charts/chart.ts';
import type { Finding, Summary } from '../summary.ts';
import {
  methodNotes,
  reportLead,
  reportTitle,
  reproduceCommand,
  reproduceNote,
  runFacts,
  statusNotes,
} from '../words.ts';
import { legend } from './legend.ts';
import { dataBlock, html, Markup } from './markup.ts';
import type { Part } from './parts.ts';
import { styleSheet } from './style.ts';
import { table } from './table.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** @param svgs rendered charts by id */
export function page(summary: Summary, parts: readonly Part[], svgs: ReadonlyMap<string, string>): string {
  const charts = parts.flatMap(({ sections }) => sections.flatMap((section) => section.charts));
  const specs = Object.fromEntries(charts.map(({ id, spec }) => [id, spec]));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="kubedyno ${summary.run.version}">
<link rel="icon" href="data:,">
<title>${summary.run.id} · kubedyno</title>
<style>${new Markup(styleSheet)}</style>
</head>
<body>
<div class="layout">
${navigation(parts)}
<main>
${masthead(summary)}
${statusNotes(summary).map((note) => html`<p class="warning" role="note">${note}</p>\n`)}
<section id="findings" class="headlines" aria-label="Findings">
${parts.map(findingsCard)}
</section>
${parts.map((part) => partSection(part, svgs))}
${about(summary)}
<footer>Made by kubedyno ${summary.run.version} from results.jsonl of run ${summary.run.id}. The summary and the chart specifications (vega-lite) are in this file, as JSON.</footer>
</main>
</div>
${dataBlock('summary', summary)}
${dataBlock('charts', specs)}
</body>
</html>
`.text;
}

function navigation(parts: readonly Part[]): Markup {
  return html`<nav aria-label="Contents">
<a class="brand" href="#top">kubedyno <span>report</span></a>
<ul><li><a href="#findings">Findings</a></li></ul>
${parts.map(
  ({ shortTitle, sections }) => html`<p class="head">${shortTitle}</p>
<ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul>
`,
)}<p class="head">About</p>
<ul><li><a href="#method">Method</a></li><li><a href="#machine">Machine</a></li><li><a href="#again">Run it again</a></li></ul>
</nav>`;
}

function masthead(summary: Summary): Markup {
  return html`<header class="masthead" id="top">
<h1>${reportTitle(summary)}</h1>
<p class="lead">${reportLead(summary)}</p>
<ul class="chips">${runFacts(summary).map(([label, value]) => html`<li>${label}<b>${value}</b></li>`)}</ul>
</header>`;
}

function findingsCard({ title, findings }: Part): Markup {
  const [headline, ...others] = findings;
  return html`<article class="card">
<p class="kernel-name">${title}</p>
${
  headline === undefined
    ? html`<p class="headline">Nothing was measured here that allows a statement.</p>`
    : html`<p class="headline">${mark(headline)}${unbroken(headline.text)}</p>
<p class="headline-detail">${unbroken(headline.detail)}</p>`
}
${others.length === 0 ? undefined : html`<ul class="findings">${others.map(findingItem)}</ul>`}
</article>
`;
}

const topics: Readonly<Record<Finding['topic'], string>> = {
  crossover: 'Crossover',
  cheapest: 'Cheapest',
  latency: 'Latency',
  balance: 'Balance',
  programming: 'Programming',
  control: 'Noise floor',
  profiles: 'Throughput',
  placement: 'Placement',
};

function findingItem(finding: Finding): Markup {
  return html`<li><span class="topic">${topics[finding.topic]}</span><p>${mark(finding)}${unbroken(finding.text)}</p></li>\n`;
}

/** A finding where its figures are, with what it means and rests on. */
function callout(finding: Finding): Markup {
  const detail = finding.detail === '' ? undefined : html`<p class="detail">${unbroken(finding.detail)}</p>`;
  return html`<li><p>${mark(finding)}${unbroken(finding.text)}</p>${detail}</li>\n`;
}

/** Keeps a number and its unit on one line. */
function unbroken(text: string): string {
  return text.replaceAll(/(\d) (%|ns|µs|ms|s|B|kB|MB)(?![\wµ])/g, '$1\u00a0$2');
}

function mark({ state }: Finding): Markup | undefined {
  return state === 'undecided' ? html`<span class="undecided">undecided</span>` : undefined;
}

function partSection(
  { id, title, note, sections, arms, fingerprint }: Part,
  svgs: ReadonlyMap<string, string>,
): Markup {
  return html`<section class="kernel" id="${id}">
<header><h2>${title}</h2><p>${note}</p></header>
${sections.map(
  (section) => html`<section class="topic-block" id="${section.id}">
<h3>${section.title}</h3>
<p>${section.explanation}</p>
${section.findings.length === 0 ? undefined : html`<ul class="callout">${section.findings.map(callout)}</ul>`}
${section.charts.map((chart) => figure(chart, svgs))}
${section.tables.map((view) => table(view, arms))}
${section.folded.map((view) => html`<details><summary>Table: ${view.caption}</summary>${table(view, arms)}</details>\n`)}
</section>
`,
)}
${fingerprint === undefined ? undefined : html`<section class="topic-block"><h3>What the figures depend on</h3>${facts(Object.entries(fingerprint))}</section>\n`}</section>
`;
}

function figure(chart: Chart, svgs: ReadonlyMap<string, string>): Markup {
  return html`<figure id="${chart.id}">
<figcaption><h4 id="${chart.id}-title">${chart.title}</h4><p>${chart.subtitle}</p>${legend(chart)}<span class="unseen" id="${chart.id}-description">${chart.description}</span></figcaption>
${new Markup(svgs.get(chart.id) ?? '')}
</figure>
`;
}

function about(summary: Summary): Markup {
  return html`<section class="kernel">
<header><h2>About this run</h2></header>
<section class="topic-block" id="method"><h3>Method in short</h3><div class="card">${methodNotes(summary).map((note) => html`<p>${note}</p>`)}</div></section>
<section class="topic-block" id="machine"><h3>Machine</h3>${facts(Object.entries(summary.run.machine))}</section>
<section class="topic-block" id="again"><h3>Run it again</h3><div class="card"><pre>${reproduceCommand(summary)}</pre><p>${reproduceNote}</p>
<details><summary>The lab, as it was run</summary><pre>${JSON.stringify(summary.run.lab, undefined, 2)}</pre></details></div></section>
</section>`;
}

function facts(entries: readonly (readonly [string, string | number])[]): Markup {
  return html`<div class="card"><dl class="facts">${entries.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></div>`;
}
