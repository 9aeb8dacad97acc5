/**
 * How arms look, the same in every chart: a colour, a dash and a marker for each mode. Colours are those of Okabe and
 * Ito, told apart by all common kinds of colour vision; dash and marker tell them apart without colour. They are CSS
 * variables, so that one SVG serves light and dark pages.
 */
import type { Config, TopLevelSpec } from 'vega-lite';
import type { Arm } from '../../lab/records.ts';
import type { DataPlaneMode } from '../../proxy/types.ts';
import { significant } from '../significant.ts';

export interface ArmStyle {
  /** Name of the CSS variable that holds the colour. */
  readonly variable: `--arm-${DataPlaneMode}`;
  readonly light: string;
  readonly dark: string;
  readonly dash: readonly number[];
  readonly marker: 'circle' | 'square' | 'diamond' | 'triangle-up' | 'triangle-down' | 'cross';
}

export const modeStyles: Readonly<Record<DataPlaneMode, Omit<ArmStyle, 'variable'>>> = {
  direct: { light: '#64748b', dark: '#a3b1c4', dash: [2, 3], marker: 'diamond' },
  userspace: { light: '#b0508a', dark: '#e59ac6', dash: [7, 3], marker: 'triangle-up' },
  'iptables-legacy': { light: '#d55e00', dark: '#ff9149', dash: [], marker: 'circle' },
  'iptables-nft': { light: '#b07d00', dark: '#f0c04a', dash: [9, 3, 2, 3], marker: 'square' },
  nftables: { light: '#008a64', dark: '#35d0a2', dash: [], marker: 'triangle-down' },
  ipvs: { light: '#0068b4', dark: '#5cb8f2', dash: [], marker: 'cross' },
};

export function armStyle(arm: Arm): ArmStyle {
  return { variable: `--arm-${arm.mode}`, ...modeStyles[arm.mode] };
}

export function armColor(arm: Arm): string {
  return `var(${armStyle(arm).variable})`;
}

export const ink = 'var(--ink)';
export const muted = 'var(--muted)';
export const accent = 'var(--accent)';
/** Width that the panels of a chart share, px, and what lies between two of them. */
export const chartWidth = 860;
export const panelGap = 34;

const grid = 'var(--grid)';
const font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';

const config: Config = {
  background: 'transparent',
  font,
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    labelColor: muted,
    titleColor: muted,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelPadding: 5,
    domainColor: grid,
    tickColor: grid,
    gridColor: grid,
    tickSize: 4,
  },
  axisY: {
    domain: false,
    ticks: false,
    titleAnchor: 'end',
    titleAngle: 0,
    titleAlign: 'left',
    titleBaseline: 'bottom',
  },
  header: { labelFontSize: 13, labelFontWeight: 600, labelColor: ink, labelPadding: 8, title: null },
  text: { fontSize: 12, fill: muted },
};

/** Completes a specification with the look that all charts share. */
export function themed(spec: TopLevelSpec): TopLevelSpec {
  return significant({ $schema: 'https://vega.github.io/schema/vega-lite/v6.json', padding: 4, config, ...spec });
}

/** Scales that give each arm its look, for encodings by a field that holds arm ids. */
export function armScales(arms: readonly Arm[]): {
  readonly color: { readonly domain: string[]; readonly range: string[] };
  readonly shape: { readonly domain: string[]; readonly range: string[] };
  readonly dash: { readonly domain: string[]; readonly range: number[][] };
} {
  const domain = arms.map(({ id }) => id);
  const styles = arms.map(armStyle);
  return {
    color: { domain, range: styles.map(({ variable }) => `var(${variable})`) },
    shape: { domain, range: styles.map(({ marker }) => marker) },
    dash: { domain, range: styles.map(({ dash }) => (dash.length === 0 ? [1, 0] : [...dash])) },
  };
}
