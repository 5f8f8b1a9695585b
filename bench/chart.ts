/** A bar of a chart: what is told, in two parts that add up. */
export interface Bar {
  readonly label: string;
  /** The first part, in full colour. */
  readonly main: number;
  /** The rest, paler; 0 for none. */
  readonly rest: number;
  /** What stands behind the bar. */
  readonly note: string;
  /** Ours are told apart from peers. */
  readonly isOurs: boolean;
}

/** What is drawn. */
export interface Chart {
  readonly title: string;
  /** Tells the colours and the unit. */
  readonly legend: string;
  readonly bars: readonly Bar[];
  /** Where a line marks what is compared to, in the unit of the bars. */
  readonly mark?: number;
}

const WIDTH = 760;
const LEFT = 130;
const RIGHT = 150;
const TOP = 56;
const STEP = 24;
const THICKNESS = 16;

/**
 * A bar chart as SVG, the same octets for the same figures, with colours that fit a light and a dark page. Lower is
 * better, so bars that are much longer than the others are cut, and a gap in them says so.
 */
export function barChart({ title, legend, bars, mark }: Chart): string {
  const sizes = bars.map(({ main, rest }) => main + rest);
  const end = scaleEnd(sizes);
  const scale = (WIDTH - LEFT - RIGHT) / end;
  const height = TOP + bars.length * STEP + 12;
  const lines = bars.flatMap((bar, index) => {
    const y = TOP + index * STEP;
    const size = sizes[index]!;
    const isCut = size > end;
    const cut = isCut ? end / size : 1;
    const main = bar.main * cut * scale;
    const rest = bar.rest * cut * scale;
    const middle = y + THICKNESS / 2;
    const kind = bar.isOurs ? 'ours' : 'peer';
    return [
      text(LEFT - 8, middle, bar.label, bar.isOurs ? 'label strong' : 'label'),
      rectangle(LEFT, y, main, kind),
      ...(rest > 0 ? [rectangle(LEFT + main, y, rest, `${kind} pale`)] : []),
      ...(isCut ? [rectangle(LEFT + main + rest - 18, y - 1, 5, 'gap', THICKNESS + 2)] : []),
      text(LEFT + main + rest + 6, middle, bar.note, bar.isOurs ? 'strong' : ''),
    ];
  });
  const x = mark === undefined ? null : round(LEFT + mark * scale);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(title)}">`,
    `<style>${STYLE}</style>`,
    text(12, 18, title, 'title'),
    text(12, 38, legend, 'legend'),
    ...(x === null || mark! > end
      ? []
      : [`<line class="mark" x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${height - 8}"/>`]),
    ...lines,
    '</svg>',
  ].join('\n')}\n`;
}

const STYLE = [
  'text{font:12px system-ui,sans-serif;fill:#1f2328;dominant-baseline:central}',
  '.title{font-size:14px;font-weight:600}.legend{fill:#59636e}.label{text-anchor:end}.strong{font-weight:600}',
  '.ours{fill:#1a7f37}.peer{fill:#6e7f92}.pale{opacity:.45}.gap{fill:#fff}.mark{stroke:#9a6700;stroke-dasharray:3 3}',
  '@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.legend{fill:#9198a1}.ours{fill:#3fb950}.peer{fill:#7d8b9c}.gap{fill:#0d1117}.mark{stroke:#d29922}}',
].join('');

/** Where the axis ends: at the longest bar, or, if a few are far longer than the rest, where half of them can be read. */
function scaleEnd(sizes: readonly number[]): number {
  const sorted = sizes.toSorted((a, b) => a - b);
  const longest = sorted.at(-1) ?? 0;
  const middle = sorted[sorted.length >> 1] ?? 0;
  return Math.max(Math.min(longest, middle * 5), Number.MIN_VALUE);
}

function rectangle(x: number, y: number, width: number, kind: string, height = THICKNESS): string {
  return `<rect class="${kind}" x="${round(x)}" y="${y}" width="${round(width)}" height="${height}"/>`;
}

function text(x: number, y: number, content: string, kind: string): string {
  return `<text${kind === '' ? '' : ` class="${kind}"`} x="${round(x)}" y="${y}">${escape(content)}</text>`;
}

/** A tenth of a pixel is fine enough, and keeps files short. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
