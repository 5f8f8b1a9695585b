import type { JSONQuery, JSONStep } from '../../src/kernels/json-program.ts';
import type { HTMLField, HTMLQuery } from '../../src/kernels/html-program.ts';
import type { Random } from './random.ts';

/** Names that queries and texts often share. */
const COMMON_NAMES = ['a', 'b', '1', '2'];
const NAMES = ['a', 'b', 'id', 'ü', 'a b', '', '1', '2', '3', 'x"y'];
const TEXTS = [
  '',
  'text',
  'ü €',
  '😀',
  'line\nbreak',
  '\\',
  '"',
  '\u0000',
  '\ud800',
  '</b>',
  '[1,2]',
  '{"a":[1]}',
];

function randomName(random: Random): string {
  return random.pick(random.chance(4) ? NAMES : COMMON_NAMES);
}

/** A JSON text, sometimes with odd but valid notation. */
export function randomJSON(random: Random, depth = 0): string {
  const space = random.chance(8) ? random.pick([' ', '\n', '\t', '\r\n']) : '';
  return `${space}${randomValue(random, depth)}${space}`;
}

function randomValue(random: Random, depth: number): string {
  switch (depth > 4 ? random.below(5) : random.below(9)) {
    case 0:
      return random.pick(['null', 'true', 'false']);
    case 1:
      return random.pick([
        '0',
        '-0',
        '1',
        '-12.5',
        '1e3',
        '2E-7',
        '1e+400',
        '123456789012345678901234567890',
      ]);
    case 2:
    case 3:
      return randomString(random, random.pick(TEXTS));
    case 4:
      return depth > 3 ? '""' : JSON.stringify(randomJSON(random, depth + 2));
    case 5:
    case 6:
      return `[${list(random, () => randomJSON(random, depth + 1))}]`;
    default:
      return `{${list(random, () => `${randomString(random, randomName(random))}:${randomJSON(random, depth + 1)}`)}}`;
  }
}

function randomString(random: Random, text: string): string {
  if (!random.chance(4)) return JSON.stringify(text);
  const escaped = Array.from(
    { length: text.length },
    (_, index) => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped.join('')}"`;
}

function list(random: Random, item: () => string): string {
  return Array.from({ length: random.below(5) }, item).join(',');
}

/** A query that can be compiled. */
export function randomJSONQuery(random: Random): JSONQuery {
  // One kind of steps through arrays for all paths, because the two cannot be mixed.
  const usesFields = random.chance(3);
  let mayEmbed = random.chance(3);
  const step = (): JSONStep => {
    const index = random.below(4);
    if (mayEmbed && random.chance(4)) {
      mayEmbed = false;
      return { embedded: true };
    }
    return random.chance(2) ? randomName(random) : usesFields ? { field: index } : index;
  };
  const path = (length: number): JSONStep[] => Array.from({ length }, step);
  const rows = random.chance(2)
    ? Array.from({ length: 1 + random.below(3) }, () =>
        random.chance(2) ? ({ each: true } as const) : step(),
      )
    : undefined;
  const columns: Record<string, JSONStep[]> = {};
  for (let index = random.below(5); index >= 0; index--) {
    mayEmbed = false;
    columns[`c${index}`] = path(random.below(4));
  }
  return rows === undefined ? { columns } : { rows, columns };
}

const TAGS =
  'a b p div span ul li ol table tr td tbody th select option optgroup dl dt dd h1 h2 svg title math mi desc script style ' +
  'textarea pre br img input hr button html head body template ruby rt rp form x-y plaintext';
const TAG_NAMES = TAGS.split(' ').slice(0, -1);
const ATTRIBUTES = ['id', 'class', 'href', 'data-x', 'ID', 'title'];
const VALUES = [
  'x',
  'a b',
  'en-US',
  '',
  'x&amp;y',
  '&#65;',
  '&#x80;',
  'é',
  "it's",
  '/a/b.html',
  'a > b',
  'X',
];
const MARKUP = [
  '<!-- c -->',
  '<!-->',
  '<!doctype html>',
  '<?php ?>',
  '</>',
  '<![CDATA[x]]>',
  '</ x>',
  '<',
  '&lt;',
  '<!--<script>',
  '--!>',
  '</br>',
  '\n',
];

/** HTML, not always well-formed. */
export function randomHTML(random: Random): string {
  let html = '';
  // Few names in one document, so that they meet each other.
  const names = Array.from({ length: 2 + random.below(6) }, () => random.pick(TAG_NAMES));
  if (random.chance(2)) names.push('table', 'tr', 'td', 'p', 'li');
  const open: string[] = [];
  for (let count = random.below(60); count >= 0; count--) {
    switch (random.below(7)) {
      case 0:
      case 1:
      case 2: {
        const name = random.chance(200) ? 'plaintext' : random.pick(names);
        open.push(name);
        html += `<${random.chance(6) ? name.toUpperCase() : name}${attributes(random)}${random.chance(9) ? '/' : ''}>`;
        break;
      }
      case 3:
      case 4:
        html += `</${random.chance(4) ? random.pick(names) : (open.pop() ?? 'p')}${random.chance(9) ? ' ' : ''}>`;
        break;
      case 5:
        html += random.pick(['text', ' ', 'ü', '\r\n', 'a &amp; b']);
        break;
      default:
        html += random.pick(MARKUP);
    }
  }
  return html;
}

function attributes(random: Random): string {
  let text = '';
  for (let count = random.below(3); count > 0; count--) {
    const name = random.pick(ATTRIBUTES);
    const value = random.pick(VALUES);
    const quote = value.includes("'") ? '"' : random.pick(['"', "'"]);
    text += random.pick([
      ` ${name}`,
      ` ${name}=${quote}${value}${quote}`,
      ` ${name} = ${value.replaceAll(/[ >]/g, '')}`,
    ]);
  }
  return text;
}

const COMPOUNDS = [
  '*',
  'p',
  'li',
  'td',
  'div',
  '.a',
  '#x',
  '[href]',
  'a[href="/a/b.html"]',
  "[title~='b']",
  '[data-x|=en]',
  '[href^="/a"]',
  '[href$=".HTML" i]',
  '[class*="a"]',
  '[title="x&y"]',
  ':first-child',
  'li:nth-child(2n+1)',
  ':nth-child(-n+2)',
  'b:not(.a)',
  ':not(p)',
  ':not(:first-child)',
  '[title="A"]',
  "[data-x='€']",
];

function randomSelector(random: Random): string {
  let selector = random.pick(COMPOUNDS);
  for (let count = random.below(3); count > 0; count--)
    selector += random.pick([' ', ' > ', ' + ', ' ~ ']) + random.pick(COMPOUNDS);
  return random.chance(5) ? `${selector}, ${random.pick(COMPOUNDS)}` : selector;
}

export function randomHTMLQuery(random: Random): HTMLQuery {
  const rows = random.chance(2) ? randomSelector(random) : undefined;
  const fields: Record<string, HTMLField> = {};
  for (let index = random.below(5); index >= 0; index--) {
    fields[`f${index}`] = {
      select: rows !== undefined && random.chance(4) ? null : randomSelector(random),
      take: random.pick([
        'text',
        'inner',
        'outer',
        'element',
        { attribute: random.pick(ATTRIBUTES) },
      ] as const),
      all: random.chance(2),
    };
  }
  return rows === undefined ? { fields } : { rows, fields };
}
