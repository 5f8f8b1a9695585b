import { describe, expect, test } from 'vitest';
import { dialControl, wireConfig } from '../../../fixtures/wire-setup.ts';
import { Redaction } from '../../models/redaction.ts';
import { type TraceEvent, Tracer } from '../../models/trace.ts';
import { type Lookup, type WireConfig, WireError } from '../contract.ts';
import { resolveAddresses } from './resolver.ts';

type Answer = readonly { readonly address: string; readonly family: number }[];

function answering(answer: unknown, asked: unknown[] = []): Lookup {
  return (hostname, options, callback) => {
    asked.push(hostname, options);
    setImmediate(callback, null, answer as never);
  };
}

function resolve(lookup: Lookup, config: Partial<WireConfig> = {}): Promise<Answer> {
  return resolveAddresses('host.test', wireConfig({ lookup, ...config }), dialControl());
}

const BOTH: Answer = [
  { address: '2001:db8::1', family: 6 },
  { address: '2001:db8::2', family: 6 },
  { address: '192.0.2.1', family: 4 },
];

describe('addresses', () => {
  test('families take turns, the preferred one first', async () => {
    expect((await resolve(answering(BOTH))).map(({ address }) => address)).toEqual([
      '2001:db8::1',
      '192.0.2.1',
      '2001:db8::2',
    ]);
  });

  test('of one family, because it is asked for or because of the local address', async () => {
    const asked: unknown[] = [];
    const only = [{ address: '192.0.2.1', family: 4 }];
    expect(await resolve(answering(BOTH, asked), { family: 4 })).toEqual(only);
    expect(await resolve(answering(BOTH, asked), { localAddress: '192.0.2.9' })).toEqual(only);
    expect(await resolve(answering(BOTH, asked), { localAddress: '2001:db8::9' })).toEqual(BOTH.slice(0, 2));
    expect(asked).toEqual([
      'host.test',
      { all: true, family: 4 },
      'host.test',
      { all: true, family: 4 },
      'host.test',
      { all: true, family: 6 },
    ]);
  });

  test('the family is that of the address, whatever the lookup says', async () => {
    expect(await resolve(answering([{ address: '::1' }]))).toEqual([{ address: '::1', family: 6 }]);
  });

  test('the system resolves if nobody else does', async () => {
    const addresses = await resolveAddresses('localhost', wireConfig({ family: 4 }), dialControl());
    const below = await resolveAddresses('app.localhost', wireConfig({ family: 4 }), dialControl());
    expect(below).toEqual(addresses);
    expect(addresses[0]).toEqual({ address: '127.0.0.1', family: 4 });
  });
});

describe('failures are all of the same kind', () => {
  const throwing: Lookup = () => {
    throw new Error('thrown');
  };
  const failing: Lookup = (_hostname, _options, callback) => {
    callback(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), []);
  };
  test.each([
    ['an error', failing, "the name 'host.test' could not be resolved (ENOTFOUND)"],
    ['an exception', throwing, 'thrown'],
    ['no address', answering([]), "the name 'host.test' has no address"],
    ['an answer of another form', answering('192.0.2.1'), 'the lookup must answer with a list'],
    [
      'nonsense in the list',
      answering([null]),
      "the lookup of 'host.test' gave 'undefined', which is no address",
    ],
    ['a name', answering([{ address: 'other.test' }]), "gave 'other.test', which is no address"],
  ] as const)('%s', async (_what, lookup, reason) => {
    await expect(resolve(lookup)).rejects.toMatchObject({
      name: 'WireError',
      kind: 'dns',
      phase: 'dns',
      retrySafe: true,
      message: expect.stringContaining(reason),
    });
  });

  test('none of the wanted family', async () => {
    await expect(resolve(answering([{ address: '::1' }]), { family: 4 })).rejects.toThrow(
      "the name 'host.test' has no IPv4 address",
    );
  });
});

describe('giving up', () => {
  test('a lookup that never answers', async () => {
    const controller = new AbortController();
    const reason = new WireError({ kind: 'aborted', phase: 'connect', reason: 'enough' });
    const pending = resolveAddresses(
      'host.test',
      wireConfig({ lookup: () => {} }),
      dialControl({ signal: controller.signal }),
    );
    controller.abort(reason);
    await expect(pending).rejects.toBe(reason);
  });

  test('an answer that comes too late changes nothing', async () => {
    const controller = new AbortController();
    const pending = resolveAddresses(
      'host.test',
      wireConfig({ lookup: answering(BOTH) }),
      dialControl({ signal: controller.signal }),
    );
    controller.abort(new Error('enough'));
    await expect(pending).rejects.toThrow('enough');
  });
});

test('each event that starts has an outcome', async () => {
  const events: TraceEvent[] = [];
  const tracer = new Tracer(1, Redaction.off, [(event) => events.push(event)]);
  const control = dialControl({ tracer });
  await resolveAddresses('host.test', wireConfig({ lookup: answering(BOTH) }), control);
  await expect(
    resolveAddresses('host.test', wireConfig({ lookup: answering([]) }), control),
  ).rejects.toMatchObject({ kind: 'dns' });
  expect(events.map(({ name }) => name)).toEqual([
    'connection.lookup.started',
    'connection.lookup.complete',
    'connection.lookup.started',
    'connection.lookup.failed',
  ]);
  expect(events[1]!.info).toMatchObject({ hostname: 'host.test', addresses: [{ family: 6 }, {}, {}] });
});
