import { expect, test } from 'vitest';
import type { ConnectionMeta } from '../backends/contract.ts';
import { connectionInfo } from './describe-connection.ts';

test('what a response tells of its connection', () => {
  const meta: ConnectionMeta = {
    backend: 'js',
    protocol: 'http/1.1',
    id: 3,
    localAddress: '127.0.0.1',
    localPort: 1,
    remoteAddress: '127.0.0.1',
    remotePort: 2,
    tls: null,
    proxy: null,
    timings: { dns: null, connect: 1, tls: null, proxy: null },
  };
  const { timings: _timings, ...rest } = meta;
  expect(connectionInfo(meta, true, null)).toEqual({
    ...rest,
    reused: true,
    streamId: null,
  });
  expect(connectionInfo(meta, false, 7)).toMatchObject({ reused: false, streamId: 7 });
});
