/** From a vega-lite specification to SVG text, without a browser. The same specification gives the same text. */
import type { Chart } from './chart.ts';

/**
 * The chart as an `<svg>`, at most as wide as drawn.
 */
export async function renderSvg(chart: Chart): Promise<string> {
  // Loaded only here: every other verb would pay a third of a second for it.
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new View(parse(compile(chart.spec).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return ownIds(tidy(svg), chart.id).replace(
      /<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>/,
      (_tag, width: string, height: string) => openTag(chart, Number(width), Number(height)),
    );
  } finally {
    view.finalize();
  }
}

/**
 * Numbers identifiers within the chart and puts the chart's own before them: several SVGs share one page, and vega
 * counts on from chart to chart.
 */
function ownIds(svg: string, chartId: string): string {
  const numbers = new Map<string, number>();
  return svg.replaceAll(/(id="|url\(#)([\w-]+)/g, (_match, before: string, id: string) => {
    const number = numbers.get(id) ?? numbers.size + 1;
    numbers.set(id, number);
    return `${before}${chartId}-${number}`;
  });
}

function openTag({ id }: Chart, width: number, height: number): string {
  const size = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="${id}-title ${id}-description">`;
}

/**
 * Leaves out what a chart in a page does not need: it inherits the page's font, is one image to a screen reader,
 * and nothing in it is finer than a hundredth of a pixel. Halves the size.
 */
function tidy(svg: string): string {
  return svg
    .replaceAll(/ (?:font-family|aria-[a-z]+|role|pointer-events|class)="[^"]*"/g, '')
    .replaceAll(/ opacity="1"/g, '')
    .replaceAll(/<path(?: d="M0,0h[-\d.]*v0h[-\d.]*Z")? ?(?: d="")?(?: display="none")?\/>/g, '')
    .replaceAll(/="[^"]*"/g, (attribute) =>
      attribute.replaceAll(/-?\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
    );
}
