import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linksByRelation, parseLinks } from './link.ts';

describe('parseLinks', () => {
  test('target, relations and parameters', () => {
    expect(parseLinks('</a?b=c,d;e>; rel="Next last  next"; TYPE=text/html; flag, <x>')).toEqual([
      {
        url: '/a?b=c,d;e',
        rel: ['next', 'last'],
        parameters: { rel: 'Next last  next', type: 'text/html', flag: '' },
      },
      { url: 'x', rel: [], parameters: {} },
    ]);
  });

  test('delimiters in quotes', () => {
    expect(parseLinks('<a>; title="x;y"; rel=z')).toEqual([
      { url: 'a', rel: ['z'], title: 'x;y', parameters: { title: 'x;y', rel: 'z' } },
    ]);
    expect(
      parseLinks(String.raw`<a>; title="1, <2>; \"3\"", <b>`).map((link) => [link.url, link.title]),
    ).toEqual([
      ['a', '1, <2>; "3"'],
      ['b', undefined],
    ]);
  });

  test('apostrophes around a value', () => {
    expect(parseLinks("<https://e>; rel='preload'")[0]?.rel).toEqual(['preload']);
    expect(parseLinks(`<a>; title="'x'"`)[0]?.title).toBe("'x'");
    expect(parseLinks("<a>; title=it's; rel='")[0]?.parameters).toEqual({ title: "it's", rel: "'" });
  });

  test('title* wins if it can be decoded', () => {
    expect(parseLinks("<a>; title=b; title*=UTF-8'de'n%c3%a4chstes")[0]?.title).toBe('nächstes');
    expect(parseLinks("<a>; title*=UTF-8''x; title=b; title*=UTF-8''y")[0]?.title).toBe('x');
    expect(parseLinks("<a>; title*=UTF-8''%e4; title=b")[0]).toEqual({
      url: 'a',
      rel: [],
      title: 'b',
      parameters: { title: 'b' },
    });
  });

  test('the first of a repeated parameter counts', () => {
    expect(parseLinks('<a>; rel=x; rel=y; title=1; title=2')[0]).toMatchObject({ rel: ['x'], title: '1' });
  });

  test.each<[string, string[]]>([
    ['', []],
    [', ,', []],
    ['a', []],
    ['<a', []],
    ['junk; x="<y>, z", <b>', ['b']],
    ['<a> junk; rel=x, <b>', ['a', 'b']],
    ['<a>;, <b>;', ['a', 'b']],
    ['<a>;rel="x, <b>', ['a']],
    ['<>', ['']],
  ])('skips what is not a link: %s', (value, urls) => {
    expect(parseLinks(value).map((link) => link.url)).toEqual(urls);
  });
});

describe('linksByRelation', () => {
  test('by each relation, or by URL', () => {
    const links = linksByRelation(['</hub>; rel="hub", </r>; rel="self other"', '<plain>; type=x']);
    expect(Object.fromEntries(Object.entries(links).map(([key, link]) => [key, link.url]))).toEqual({
      hub: '/hub',
      self: '/r',
      other: '/r',
      plain: 'plain',
    });
  });

  test('the first link of a relation wins', () => {
    expect(linksByRelation(['<a>; rel=next, <b>; rel="next prev"', '<c>; rel=next'])).toMatchObject({
      next: { url: 'a' },
      prev: { url: 'b' },
    });
  });

  test('a link about another resource is left out', () => {
    expect(Object.keys(linksByRelation(['<a>; rel=next; anchor="#x", <b>; rel=next']))).toEqual(['next']);
    expect(linksByRelation(['<a>; rel=next; anchor="#x", <b>; rel=next'])['next']?.url).toBe('b');
  });

  test('names of Object.prototype are names like others', () => {
    const links = linksByRelation(['<a>; rel="__proto__ constructor"; __proto__=x; toString=y']);
    expect(Object.keys(links)).toEqual(['__proto__', 'constructor']);
    expect(Object.entries(links['__proto__']!.parameters)).toEqual([
      ['rel', '__proto__ constructor'],
      ['__proto__', 'x'],
      ['tostring', 'y'],
    ]);
    expect(links['toString']).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

test('no text makes the parser throw, and no link is lost in a list', () => {
  const noise = fc.string({
    unit: fc.constantFrom('a', '<', '>', '"', "'", ';', ',', '=', '*', '%', ' ', '\\'),
  });
  fc.assert(
    fc.property(noise, (value) => {
      parseLinks(value);
    }),
    { numRuns: 1000 },
  );
  const urls = fc.array(fc.stringMatching(/^[a-z,;="/?]{0,6}$/));
  fc.assert(
    fc.property(urls, fc.stringMatching(/^[a-z,;=<> ]{0,6}$/), (targets, title) => {
      const value = targets.map((url) => `<${url}>; title="${title}"`).join(', ');
      expect(parseLinks(value).map((link) => [link.url, link.title])).toEqual(
        targets.map((url) => [url, title]),
      );
    }),
  );
});
