/** What colours, dashes and markers stand for, drawn as they are in the chart. */
import type { Arm } from '../../lab/records.ts';
import { armLabel } from '../arms.ts';
import type { Chart } from '../charts/chart.ts';
import { type ArmStyle, armStyle } from '../charts/theme.ts';
import { html, type Markup } from './markup.ts';

const markers: Readonly<Record<ArmStyle['marker'], string>> = {
  circle: 'M10,6a4,4 0 1 0 8,0a4,4 0 1 0 -8,0z',
  square: 'M10.5,2.5h7v7h-7z',
  diamond: 'M14,1.2l4,4.8l-4,4.8l-4,-4.8z',
  'triangle-up': 'M14,1.6l4.6,8h-9.2z',
  'triangle-down': 'M14,10.4l4.6,-8h-9.2z',
  cross: 'M12.4,1.5h3.2v2.9h2.9v3.2h-2.9v2.9h-3.2v-2.9h-2.9v-3.2h2.9z',
};

export function legend({ legend: arms, legendNotes }: Chart): Markup | undefined {
  if (arms.length === 0 && legendNotes.length === 0) return undefined;
  return html`<ul class="legend">${arms.map(entry)}${legendNotes.map((note) => html`<li class="note">${note}</li>`)}</ul>`;
}

function entry(arm: Arm): Markup {
  return html`<li>${swatch(arm)}${armLabel(arm)}</li>`;
}

/** Line and marker of an arm. */
export function swatch(arm: Arm): Markup {
  const { variable, dash, marker } = armStyle(arm);
  const dashes = dash.length === 0 ? undefined : html` stroke-dasharray="${dash.join(' ')}"`;
  return html`<svg class="swatch" viewBox="0 0 28 12" width="28" height="12" aria-hidden="true"><path d="M0,6H28" stroke="var(${variable})" stroke-width="2"${dashes}/><path d="${markers[marker]}" fill="var(${variable})"/></svg>`;
}
