import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'ST-04.small',
    rows: ['ST-04', 'ST-03'],
    title: 'a body of very many small chunks comes whole, read at once, bounded, or in pieces',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'live',
    async run(t) {
      const count = 20_000;
      const content = Array.from({ length: count }, (_, index) => 'abcdefghij'[index % 10]).join('');
      const chunks = Array.from(content, (octet) => `1\r\n${octet}\r\n`).join('');
      const server = await t.replies(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
      );
      const client = t.client();
      t.assert.equal((await client.get(server.url())).text, content);
      const bounded = client.extend({ decode: { maxBytes: count } });
      t.assert.equal((await bounded.get(server.url())).text, content);
      t.assert.equal((await (await client.stream('GET', server.url())).read()).text, content);
      let pieces = '';
      for await (const piece of await client.stream('GET', server.url())) {
        t.assert.ok(piece.length > 0);
        pieces += Buffer.from(piece).toString();
      }
      t.assert.equal(pieces, content);
    },
  },
];
