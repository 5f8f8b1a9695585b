import { beforeEach, describe, expect, test } from 'vitest';
import { dialControl, routeTo, wireConfig } from '../../fixtures/wire-setup.ts';
import { AutoEngine, type FallibleEngine } from './auto-engine.ts';
import type { Connection, ProxyRoute, Route, WireConfig, WireEngine } from './contract.ts';

const proxy: ProxyRoute = {
  scheme: 'https',
  hostname: 'proxy.test',
  port: 443,
  url: 'https://proxy.test',
  tls: {},
  isTunnel: true,
  target: 'origin.test:443',
  fields: [],
  credentials: null,
  negotiate: null,
};
let dialled: string[];
let failures: number;
let failure: string | null;
let engine: WireEngine;

function engineThat(name: string): FallibleEngine {
  return {
    get failure() {
      return failure;
    },
    supports: () => [],
    connect() {
      dialled.push(name);
      return new Promise<Connection>(() => {});
    },
  };
}

beforeEach(() => {
  dialled = [];
  failures = 0;
  failure = null;
  engine = new AutoEngine(engineThat('preferred'), engineThat('other'), () => {
    failures++;
  });
});

function dial(route: Partial<Route> = {}, config: Partial<WireConfig> = {}): string {
  void engine.connect(routeTo(443, route), wireConfig(config), dialControl());
  return dialled.at(-1)!;
}

describe('the preferred engine is left', () => {
  test('not as long as it works', () => {
    expect([dial(), dial({ secure: true }), dial({ proxy })]).toEqual([
      'preferred',
      'preferred',
      'preferred',
    ]);
    expect(failures).toBe(0);
  });

  test('once it has failed', () => {
    failure = 'it is broken';
    expect([dial(), dial()]).toEqual(['other', 'other']);
    expect(failures).toBe(2);
  });

  test.each(['-a.test', 'a-.test', 'b.-a.test', 'a-', `${'a'.repeat(64)}.test`, 'a.'.repeat(127)])(
    'for the name %s, which rustls cannot ask for',
    (hostname) => {
      expect(dial({ secure: true, hostname })).toBe('other');
      expect(dial({ secure: true, servername: hostname })).toBe('other');
      expect(dial({ secure: true }, { tls: { servername: hostname } })).toBe('other');
      expect(dial({ proxy: { ...proxy, hostname } })).toBe('other');
      expect(dial({ proxy: { ...proxy, scheme: 'http', hostname } })).toBe('preferred');
      expect(dial({ hostname })).toBe('preferred');
      expect(dial({ secure: true, hostname, servername: 'origin_1.test' })).toBe('preferred');
    },
  );

  test('for a proxy whose TLS it cannot do', () => {
    expect(dial({ proxy: { ...proxy, tls: { minVersion: 'TLSv1.1' } } })).toBe('other');
  });
});
