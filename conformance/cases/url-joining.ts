import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'UJ-01',
    rows: ['UJ-01'],
    title: 'joining: the normal and abnormal examples of RFC 3986',
    verdict: 'same',
    rfc: 'RFC 3986 §5.4',
    layer: 'model',
    run(t) {
      const base = 'http://a/b/c/d;p?q';
      const examples: Record<string, string> = {
        'g:h': 'g:h',
        g: 'http://a/b/c/g',
        './g': 'http://a/b/c/g',
        'g/': 'http://a/b/c/g/',
        './g/': 'http://a/b/c/g/',
        '/g': 'http://a/g',
        // The URL standard writes the path of a URL that has none.
        '//g': 'http://g/',
        '?y': 'http://a/b/c/d;p?y',
        'g?y': 'http://a/b/c/g?y',
        '#s': 'http://a/b/c/d;p?q#s',
        'g#s': 'http://a/b/c/g#s',
        'g?y#s': 'http://a/b/c/g?y#s',
        ';x': 'http://a/b/c/;x',
        'g;x': 'http://a/b/c/g;x',
        'g;x?y#s': 'http://a/b/c/g;x?y#s',
        '': 'http://a/b/c/d;p?q',
        '.': 'http://a/b/c/',
        './': 'http://a/b/c/',
        '..': 'http://a/b/',
        '../': 'http://a/b/',
        '../g': 'http://a/b/g',
        '../..': 'http://a/',
        '../../': 'http://a/',
        '../../g': 'http://a/g',
        '../../../g': 'http://a/g',
        '../../../../g': 'http://a/g',
        '/./g': 'http://a/g',
        '/../g': 'http://a/g',
        'g.': 'http://a/b/c/g.',
        '.g': 'http://a/b/c/.g',
        'g..': 'http://a/b/c/g..',
        '..g': 'http://a/b/c/..g',
        './../g': 'http://a/b/g',
        './g/.': 'http://a/b/c/g/',
        'g/./h': 'http://a/b/c/g/h',
        'g/../h': 'http://a/b/c/h',
        'g;x=1/./y': 'http://a/b/c/g;x=1/y',
        'g;x=1/../y': 'http://a/b/c/y',
        'g?y/./x': 'http://a/b/c/g?y/./x',
        'g?y/../x': 'http://a/b/c/g?y/../x',
        'g#s/./x': 'http://a/b/c/g#s/./x',
        'g#s/../x': 'http://a/b/c/g#s/../x',
      };
      for (const [reference, expected] of Object.entries(examples)) {
        t.assert.equal(t.tern.joinURL(base, reference), expected, reference);
        t.assert.equal(t.tern.joinURL(new URL(base), reference), expected, reference);
      }
      t.assert.equal(t.tern.joinURL(`${base}#f`, ''), base);
      t.assert.throws(() => t.tern.joinURL(base, 'http://[bad/'), t.tern.InvalidURL);
      t.assert.throws(() => t.tern.joinURL('mailto:x', 'y'), t.tern.InvalidURL);
    },
  },
  {
    id: 'UJ-02',
    rows: ['UJ-02'],
    title: 'joining onto a path, or onto //host/path, gives one too',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { joinURL } = t.tern;
      t.assert.equal(joinURL('/path/to/x', '../y'), '/path/y');
      t.assert.equal(joinURL('/path/to/x?q#f', '?z'), '/path/to/x?z');
      t.assert.equal(joinURL('/path/to/x', '../../../../y'), '/y');
      t.assert.equal(joinURL('/a', '/b?c#d'), '/b?c#d');
      t.assert.equal(joinURL('/a', 'http://h/x'), 'http://h/x');
      t.assert.equal(joinURL('/a', '//h/x'), '//h/x');
      t.assert.equal(joinURL('//h/a/b', 'c'), '//h/a/c');
      t.assert.equal(joinURL('//base/a/b', '//h'), '//h');
      t.assert.throws(() => joinURL('a/b', 'c'), t.tern.InvalidURL);
      t.assert.throws(() => joinURL('', 'c'), t.tern.InvalidURL);
    },
  },
  {
    id: 'UJ-03',
    rows: ['UJ-03'],
    title: 'an odd query in the base does not matter',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.equal(t.tern.joinURL('https://h/a/b?[]&%zz=?', 'c'), 'https://h/a/c');
      t.assert.equal(t.tern.joinURL('https://h/a/b?[]', '#x'), 'https://h/a/b?[]#x');
    },
  },
  {
    id: 'UJ-04',
    rows: ['UJ-04'],
    title: 'a reference that repeats the scheme and has no slashes is relative',
    verdict: 'same',
    rfc: 'RFC 3986 §5.2.2',
    layer: 'model',
    run(t) {
      t.assert.equal(t.tern.joinURL('http://a/b/c/d;p?q', 'http:g'), 'http://a/b/c/g');
      t.assert.equal(t.tern.joinURL('http://a/b/c/d;p?q', 'https:g'), 'https://g/');
    },
  },
];
