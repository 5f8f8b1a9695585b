import { describe, expect, test } from 'vitest';
import { extractHTML } from './html-extract.ts';
import { compileHTMLQuery, type HTMLField, type HTMLQuery, TAKES } from './html-program.ts';
import { RECORD, RUN } from './html-table.ts';
import { KernelFault } from './kernel-fault.ts';

type Found = [row: number, field: string, content: string];

/** What was found, as it stands in the document; pieces of text are joined. */
function extract(html: string, query: HTMLQuery): Found[] {
  const input = Buffer.from(html);
  const program = compileHTMLQuery(query);
  const { records, runs } = extractHTML(input, program);
  return Array.from({ length: records.length / RECORD }, (_, index): Found => {
    const [field, row, take, from, to] = records.subarray(index * RECORD) as unknown as number[];
    let content = input.toString('utf8', from, to);
    if (take === TAKES.TEXT) {
      content = '';
      for (let run = from!; run < to!; run++)
        content += input.toString('utf8', runs[run * RUN], runs[run * RUN + 1]);
    }
    return [row!, program.fields[field!]!.name, content];
  });
}

/** What one selector takes, all matches. */
function all(html: string, select: string, take: HTMLField['take'] = 'text'): string[] {
  return extract(html, { fields: { x: { select, take, all: true } } }).map(([, , content]) => content);
}

describe('what is taken', () => {
  const html = '<p id=a title="x &amp; y">one <b>two</b><br> three</p>';

  test.each<[HTMLField['take'], string]>([
    ['text', 'one two three'],
    ['inner', 'one <b>two</b><br> three'],
    ['outer', html],
    ['element', '<p id=a title="x &amp; y">'],
    [{ attribute: 'TITLE' }, 'x &amp; y'],
  ])('%j', (take, content) => {
    expect(all(html, 'p', take)).toEqual([content]);
  });

  test('no record for an attribute that is not there', () => {
    expect(all('<a>1</a><a href>2</a>', 'a', { attribute: 'href' })).toEqual(['']);
  });

  test('one record for an element that several selectors of a list match', () => {
    expect(all('<p class=a>x</p>', 'p, .a, [class]')).toEqual(['x']);
  });

  test('the first match unless all are wanted, and then reading stops', () => {
    expect(extract('<p>1<p>2', { fields: { x: { select: 'p', take: 'text' } } })).toEqual([[0, 'x', '1']]);
  });
});

describe('rows', () => {
  const html = '<ul><li><a href=1>A</a><i>x</i></li><li><i>y</i></li></ul><a href=3>C</a>';

  test('what is inside each, and the row itself', () => {
    const fields = {
      href: { select: 'a', take: { attribute: 'href' } },
      name: { select: 'ul i', take: 'text' },
      self: { select: null, take: 'element' },
    } as const;
    expect(extract(html, { rows: 'li', fields })).toEqual([
      [0, 'self', '<li>'],
      [0, 'href', '1'],
      [0, 'name', 'x'],
      [1, 'self', '<li>'],
      [1, 'name', 'y'],
    ]);
  });

  test('what is inside a row in a row belongs to both', () => {
    const query = { rows: 'div', fields: { x: { select: 'b', take: 'text' } } } as const;
    expect(extract('<div><div><b>1</b></div><b>2</b></div>', query)).toEqual([
      [0, 'x', '1'],
      [1, 'x', '1'],
    ]);
  });

  test('are counted when they are empty', () => {
    expect(extractHTML(Buffer.from('<p><p>'), compileHTMLQuery({ rows: 'p', fields: {} })).rows).toBe(2);
  });
});

describe('selectors', () => {
  const html =
    '<div id=main class="a b"><p lang=en-US>1</p><p class=c>2</p><span>3</span><p data-x="It&#39;s">4</p></div><p>5</p>';

  test.each([
    ['p', '1245'],
    ['*', '1234123455'.slice(0, 4) + '12345'],
    ['div > p', '124'],
    ['#main p', '124'],
    ['.b .c', '2'],
    ['div + p', '5'],
    ['p + p', '2'],
    ['p ~ p', '24'],
    ['span + p', '4'],
    ['p:first-child', '1'],
    ['div > :nth-child(2n)', '24'],
    ['p:nth-child(-n+2)', '125'],
    ['p:not(.c)', '145'],
    ['div > :not(p)', '3'],
    ['[lang|=en]', '1'],
    ['[lang="EN-us" i]', '1'],
    ['[class~=b] span', '3'],
    ['[lang^=en]', '1'],
    ['[lang$=US]', '1'],
    ['[lang*=-]', '1'],
    ['[lang*=""]', ''],
    [`[data-x="It's"]`, '4'],
    ['DIV P.c', '2'],
    ['div p span', ''],
  ])('%s finds %j', (select, found) => {
    expect(all(html, select).join('')).toBe(found);
  });
});

describe('structure', () => {
  test.each([
    ['list items end each other', '<ul><li>1<li>2<ul><li>3</ul><li>4</ul>', 'ul > li', ['1', '23', '3', '4']],
    ['paragraphs end at blocks', '<p>1<div>2</div>3', 'p', ['1']],
    ['but not at formatting', '<p>1<b>2</b>3<p>4', 'p', ['123', '4']],
    ['cells and rows', '<table><tr><td>1<td>2<tr><td>3</table>', 'td', ['1', '2', '3']],
    ['a table in a cell', '<table><tr><td>1<table><tr><td>2</table>3<td>4</table>', 'td', ['123', '2', '4']],
    ['definitions', '<dl><dt>1<dd>2<dt>3</dl>', 'dt, dd', ['1', '2', '3']],
    ['options', '<select><option>1<option>2</select>', 'option', ['1', '2']],
    ['headings end each other', '<h1>1</h2>2', 'h1', ['1']],
    ['an end tag of nothing', '</div><p>1</b></p>', 'p', ['1']],
    ['void elements hold nothing', '<p><br>1<img>2</p>', 'br, p', ['12', '']],
    ['the head ends', '<head><title>1</title><body>2', 'body', ['2']],
    ['a second body is none', '<body>1<body>2', 'body', ['12']],
    ['self-closing means nothing in HTML', '<div/>1</div>', 'div', ['1']],
    ['but it does in SVG', '<svg><path/>1</svg>', 'path, svg', ['1', '']],
    ['HTML in SVG', '<svg><foreignObject><div/>1</foreignObject></svg>', 'div', ['1']],
  ])('%s', (_, html, select, found) => {
    expect(all(html, select).toSorted()).toEqual(found.toSorted());
  });

  test('elements that are too deep are empty', () => {
    const depth = 600;
    const found = all('<div>'.repeat(depth) + '1', 'div');
    expect([found.length, found[511], found[512]]).toEqual([depth, '1', '']);
  });
});

describe('tokens', () => {
  test.each([
    ['comments', '<p>1<!-- </p> --><!-->2<!--->3<!-- a --!>4</p>', ['1234']],
    ['declarations and other bogus comments', '<!doctype html ">"><p>1<?a?></ x></>2</p>', ['12']],
    ['no tags', '<p>a < b <3 </p>', ['a < b <3 ']],
    ['attributes with > and quotes', `<p a=">" b='"' c=/x>1</p>`, ['1']],
    [
      'text of scripts',
      '<p><script>"</p>"<!--<script></script>1--></script>2</p>',
      ['"</p>"<!--<script></script>1-->2'],
    ],
    ['text of styles', '<p><style></p></STYLE >1</p>', ['</p>1']],
    ['the line break behind pre', '<p></p><p><b></b><textarea>\n1</textarea></p>', ['', '1']],
    ['CDATA in SVG', '<p><svg><![CDATA[<b>]]></svg><![CDATA[x]]></p>', ['<b>']],
    ['a tag that does not end', '<p>1</p><p a="', ['1']],
    ['a last <', '<p>1<', ['1<']],
    ['plaintext', '<p>0</p><div><p>1<plaintext></p>', ['0', '1']],
  ])('%s', (_, html, found) => {
    expect(all(html, 'p')).toEqual(found);
  });

  test('of two attributes with one name the first counts', () => {
    expect(all('<a HREF=1 href=2>', '[href="1"]', { attribute: 'href' })).toEqual(['1']);
  });

  test('the line break behind pre', () => {
    expect(all('<pre>\n1</pre><pre>\r\n2</pre><pre>3\n</pre>', 'pre')).toEqual(['1', '2', '3\n']);
  });
});

test('a table that gets too large', () => {
  const program = compileHTMLQuery({ fields: { x: { select: 'p', take: 'element', all: true } } });
  const html = Buffer.from('<p><p>');
  expect(extractHTML(html, program, 40).records).toHaveLength(10);
  expect(() => extractHTML(html, program, 39)).toThrow(new KernelFault('limit', 3));
});

test.each<[string, HTMLQuery]>([
  ['a row where there are none', { fields: { a: { select: null, take: 'text' } } }],
  ['an unknown take', { fields: { a: { select: 'a', take: 'words' as 'text' } } }],
  ['a take without a name', { fields: { a: { select: 'a', take: {} as { attribute: string } } } }],
  ['a selector that is none', { fields: { a: { select: 'a::b', take: 'text' } } }],
  ['too many compounds', { rows: 'a '.repeat(1025), fields: {} }],
])('%s cannot be compiled', (_, query) => {
  expect(() => compileHTMLQuery(query)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }) as Error,
  );
});
