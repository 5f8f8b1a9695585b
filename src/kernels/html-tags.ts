/** What is special about elements (HTML Living Standard §13.2.4.2, §13.2.6), as bits. */
export const TAG_FLAGS = {
  /** Has no content and no end tag. */
  VOID: 1,
  SPECIAL: 2,
  /** Most end tags do not reach beyond it. */
  SCOPE: 4,
  /** Its content is text up to its end tag. */
  RAW: 8,
  /** The same, with character references. */
  ESCAPABLE_RAW: 16,
  /** Its start tag ends a paragraph. */
  CLOSES_P: 32,
  HEADING: 64,
  /** Its end tag reaches up to the table. */
  TABLE_PART: 128,
  /** A line break behind the start tag is no content. */
  NEWLINE: 256,
  PLAIN: 512,
  /** HTML begins again inside it, if it is a foreign element. */
  INTEGRATION: 1024,
} as const;

/** Elements that rules name. */
export type TagId =
  | 'a'
  | 'address'
  | 'body'
  | 'button'
  | 'dd'
  | 'div'
  | 'dt'
  | 'foreign'
  | 'head'
  | 'html'
  | 'li'
  | 'list'
  | 'optgroup'
  | 'option'
  | 'other'
  | 'p'
  | 'rubyPart'
  | 'script'
  | 'table'
  | 'tableSection'
  | 'td'
  | 'template'
  | 'tr';

export interface Tag {
  readonly id: TagId;
  readonly flags: number;
}

const F = TAG_FLAGS;
const BLOCK = F.SPECIAL | F.CLOSES_P;

const TAGS: readonly (readonly [id: TagId, flags: number, names: string])[] = [
  [
    'other',
    F.VOID | F.SPECIAL,
    'area base basefont bgsound br col embed frame img input keygen link meta param source track wbr',
  ],
  ['other', F.VOID | BLOCK, 'hr'],
  ['address', BLOCK, 'address'],
  ['div', BLOCK, 'div'],
  [
    'other',
    BLOCK,
    'article aside blockquote center details dialog dir dl fieldset figcaption figure footer form header hgroup ' +
      'main menu nav search section summary',
  ],
  ['list', BLOCK, 'ul ol'],
  ['other', BLOCK | F.NEWLINE, 'pre listing'],
  ['p', BLOCK, 'p'],
  ['li', BLOCK, 'li'],
  ['dd', BLOCK, 'dd'],
  ['dt', BLOCK, 'dt'],
  ['other', BLOCK | F.HEADING, 'h1 h2 h3 h4 h5 h6'],
  ['other', BLOCK | F.PLAIN, 'plaintext'],
  ['other', BLOCK | F.RAW, 'xmp'],
  ['table', BLOCK | F.SCOPE | F.TABLE_PART, 'table'],
  ['tr', F.SPECIAL | F.TABLE_PART, 'tr'],
  ['td', F.SPECIAL | F.SCOPE | F.TABLE_PART, 'td th'],
  ['tableSection', F.SPECIAL | F.TABLE_PART, 'tbody thead tfoot'],
  ['other', F.SPECIAL | F.SCOPE | F.TABLE_PART, 'caption'],
  ['html', F.SPECIAL | F.SCOPE, 'html'],
  ['template', F.SPECIAL | F.SCOPE, 'template'],
  ['other', F.SPECIAL | F.SCOPE, 'applet marquee object'],
  ['head', F.SPECIAL, 'head'],
  ['body', F.SPECIAL, 'body'],
  ['button', F.SPECIAL, 'button'],
  ['other', F.SPECIAL, 'colgroup frameset noscript select'],
  ['script', F.SPECIAL | F.RAW, 'script'],
  ['other', F.SPECIAL | F.RAW, 'style iframe noembed noframes'],
  ['other', F.SPECIAL | F.ESCAPABLE_RAW | F.INTEGRATION, 'title'],
  ['other', F.SPECIAL | F.ESCAPABLE_RAW | F.NEWLINE, 'textarea'],
  ['a', 0, 'a'],
  ['option', 0, 'option'],
  ['optgroup', 0, 'optgroup'],
  ['rubyPart', 0, 'rb rt rtc rp'],
  ['foreign', 0, 'svg math'],
  ['other', F.INTEGRATION, 'foreignobject desc mi mo mn ms mtext annotation-xml'],
];

const UNKNOWN: Tag = { id: 'other', flags: 0 };
const LONGEST = 14;

interface Entry {
  readonly octets: Uint8Array;
  readonly tag: Tag;
}

/** By a hash of the name, so that no string need be made of every name. No two of these have the same. */
const entries = new Map<number, Entry>();
for (const [id, flags, names] of TAGS) {
  const tag: Tag = { id, flags };
  for (const name of names.split(' ')) {
    const octets = Buffer.from(name);
    entries.set(hashOf(octets, 0, octets.length), { octets, tag });
  }
}

function hashOf(text: Uint8Array, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (text[at]! | 0x20)) | 0;
  return hash;
}

/** What is special about the element of a name, in any case. */
export function lookUpTag(text: Uint8Array, start: number, end: number): Tag {
  if (end - start > LONGEST) return UNKNOWN;
  const entry = entries.get(hashOf(text, start, end));
  return entry !== undefined && isSameName(text, start, end, entry.octets) ? entry.tag : UNKNOWN;
}

/** Whether a name in a text is another one, whatever the case of ASCII letters in either. */
export function isSameName(text: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let index = 0; index < name.length; index++) {
    if (lower(text[start + index]!) !== lower(name[index]!)) return false;
  }
  return true;
}

export function lower(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}
