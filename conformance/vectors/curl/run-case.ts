import assert from 'node:assert/strict';
import { type CertificateAuthority, createCertificateAuthority } from '../../../fixtures/certificates.ts';
import { Client, type StreamResponse } from '../../../src/index.ts';
import { contentOf, type CurlCase, fill, type NamedSection, type Placeholders } from './case.ts';
import { groupsOf, type Transfer } from './command.ts';
import { compareOutput, type OutputOptions } from './compare-output.ts';
import { compareRequests, connectionsWanted } from './compare-requests.ts';
import { DeliveryRecord } from './delivered.ts';
import { compareExit } from './exit-codes.ts';
import { withEnvironment } from '../../support/environment.ts';
import { dumpCookies, parseCookieFile, sortCookies } from './netscape-cookies.ts';
import { type ProxyServers, proxyVariables, startProxies } from './proxies.ts';
import { type ReplayServer, type ServerTLS, startReplayServer } from './replay-server.ts';
import { type Call, callOf, clientOptionsOf, Files, type Surroundings } from './translate.ts';

/** How the content of responses is taken: in one piece, or as it comes. */
export type Mode = 'stream' | 'whole';

/** Cases count in seconds; a quarter of that is enough for a loopback. */
const SECOND = 250;

/** Variables that are set only where a case sets them. */
const NO_PROXIES = {
  http_proxy: undefined,
  https_proxy: undefined,
  all_proxy: undefined,
  no_proxy: undefined,
  NO_PROXY: undefined,
};

const VALUES: Placeholders = { LOGDIR: 'log', VERSION: '8.0.0', PWD: '' };

/**
 * Plays one case: starts the server, makes the transfers of the command line with one client, and compares requests,
 * output, cookies and outcome with what curl does.
 *
 * @throws AssertionError, or the error of a transfer that should have succeeded
 */
export async function runCase(one: CurlCase, mode: Mode): Promise<void> {
  const server = await startReplayServer(one, VALUES, SECOND, speaksTLS(one) ? certificateFor(one) : null);
  try {
    const proxies = await startProxies(one, server.port);
    try {
      const ports = {
        HTTPPORT: String(server.port),
        HTTP6PORT: String(server.port),
        HTTPSPORT: String(server.tlsPort),
        HTTPSPROXYPORT: String(server.tlsPort),
        ...proxies.values,
      };
      const values = { ...VALUES, ...ports };
      await withEnvironment({ ...NO_PROXIES, ...proxyVariables(one, values) }, () =>
        play(one, mode, values, server, proxies),
      );
    } finally {
      await proxies.close();
    }
  } finally {
    await server.close();
  }
}

async function play(
  one: CurlCase,
  mode: Mode,
  values: Placeholders,
  server: ReplayServer,
  proxies: ProxyServers,
): Promise<void> {
  const around: Surroundings = { values, second: SECOND, authority: authority?.certificate ?? null };
  const groups = groupsOf(one);
  const files = new Files(one, values);
  const options = clientOptionsOf(groups, files, around);
  const results: Result[] = [];
  let record = new DeliveryRecord();
  const client = new Client({ ...options, hooks: { response: [(response) => record.addHead(response)] } });
  try {
    for (const group of groups) {
      for (const transfer of group.transfers) {
        record = new DeliveryRecord();
        const error = await perform(client, callOf(group, transfer, files, around), record, mode);
        results.push({ transfer, record, error });
        if (error !== null && group.options.has('fail-early')) break;
      }
    }
  } finally {
    await client.close();
  }
  const error = results.find((result) => result.error !== null)?.error ?? null;
  compareExit(one.verify.errorcode ?? [0], error);
  if (one.verify.protocol !== undefined)
    compareRequests(one, one.verify.protocol.requests, server.requests, values);
  // A proxy that speaks TLS is the server itself: it answers what it is asked.
  const tunnelled = one.servers.includes('https-proxy')
    ? server.requests
    : proxies.requests.map((head) => ({ head, raw: Buffer.alloc(0) }));
  compareRequests(one, one.verify.proxy?.requests ?? [], tunnelled, values);
  const connections = connectionsWanted(one);
  if (connections !== null) assert.equal(server.connections, connections, 'number of connections');
  compareOutputs(one, results, mode, values);
  const jar = groups[0]!.options.get('cookie-jar');
  if (jar !== null) {
    const wanted = fileOf(one, fill(jar, values), values);
    if (wanted !== null) assert.deepEqual(dumpCookies(options.cookies), sortCookies(parseCookieFile(wanted)));
  }
}

/** The authority of all cases; their names and dates are real. */
let authority: CertificateAuthority | null = null;

function speaksTLS(one: CurlCase): boolean {
  return one.servers.some((server) => server.startsWith('https'));
}

/** The certificate that a case wants: that of this machine, or one whose name goes on behind a NUL. */
function certificateFor({ servers }: CurlCase): ServerTLS {
  authority ??= createCertificateAuthority();
  const names = servers.some((server) => server.includes('test-localhost.nn.pem'))
    ? { commonName: 'localhost\0h' }
    : { commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
  const { certificate, key } = authority.issue(names);
  return { cert: certificate, key };
}

interface Result {
  readonly transfer: Transfer;
  readonly record: DeliveryRecord;
  readonly error: Error | null;
}

/** Makes one transfer, and returns its error or null. */
async function perform(
  client: Client,
  { method, url, options }: Call,
  record: DeliveryRecord,
  mode: Mode,
): Promise<Error | null> {
  const onInformational = record.addInformational.bind(record);
  try {
    if (mode === 'whole') {
      const response = await client.request(method, url, { ...options, onInformational });
      record.addContent(response.bytes);
      record.addTrailers(response);
    } else {
      // Whoever reads as it comes need not wait for the content of a response that has failed.
      const { raiseForStatus = false } = options;
      const response: StreamResponse = await client.stream(method, url, {
        ...options,
        raiseForStatus: false,
        onInformational,
      });
      try {
        if (raiseForStatus) response.raiseForStatus();
        for await (const chunk of response) record.addContent(chunk);
        record.addTrailers(response);
      } finally {
        await response.cancel();
      }
    }
    return null;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function compareOutputs(one: CurlCase, results: readonly Result[], mode: Mode, values: Placeholders): void {
  const attributes = one.command_attrs?.option ?? '';
  const showsHeads = one.options.some(([name]) => name === 'show-headers');
  const hasHeads = !attributes.includes('no-include') || showsHeads;
  const options: OutputOptions = {
    hasHeads,
    hasContent: true,
    isCut: results.some(({ error }) => error !== null),
  };
  // What has been received of a body that fails is only there for whoever takes it as it comes.
  if (options.isCut && mode === 'whole') return;
  const { stdout } = one.verify;
  const dump = one.options.find(([name]) => name === 'dump-header')?.[1];
  if (stdout !== undefined) {
    const text = withoutReplies(one, contentOf(stdout, values).replace(/^%EMPTY\n$/, ''), values);
    const shown = results.filter(({ transfer }) => transfer.output === null);
    // With `--dump-header -` curl mixes both outputs line by line.
    if (dump !== '-')
      compareOutput(
        shown.map(({ record }) => record),
        text,
        options,
      );
  } else {
    // A pattern writes one output over the other, and what comes from the next URL goes elsewhere.
    const last = results.findLast(({ transfer }) => transfer.node === 0 && transfer.output === null);
    const wanted = outputOf(one, values);
    if (last !== undefined && wanted !== null) compareOutput([last.record], wanted, options);
  }
  for (const { transfer, record } of results) {
    if (transfer.output === null) continue;
    const name = fill(transfer.output, values);
    // What was there before may be what curl leaves alone.
    const wasThere = one.files?.some((file) => fill(file.name, values) === name) === true;
    const wanted = wasThere ? null : fileOf(one, name, values);
    if (wanted !== null) compareOutput([record], wanted, options);
  }
  if (dump === undefined) return;
  const wanted = fileOf(one, fill(dump, values), values);
  if (wanted !== null) {
    compareOutput(
      results.map(({ record }) => record),
      wanted,
      { ...options, hasHeads: true, hasContent: false },
    );
  }
}

/** What a proxy answers to CONNECT is a part of what curl shows; here it belongs to the connection. */
function withoutReplies({ reply: { connect } }: CurlCase, text: string, values: Placeholders): string {
  if (connect === undefined || typeof connect === 'string') return text;
  const [head] = /^HTTP\/[^]*?\r?\n\r?\n/.exec(contentOf(connect, values)) ?? [''];
  return head === '' ? text : text.replaceAll(head, '');
}

/** What the first URL gives, if that is to be compared. */
function outputOf(one: CurlCase, values: Placeholders): string | null {
  const { datacheck } = one.reply;
  if (datacheck !== undefined)
    return datacheck.nocheck === true ? null : withoutReplies(one, contentOf(datacheck, values), values);
  const { data } = one.reply;
  if (data === undefined || typeof data === 'string' || data.nocheck === true) return null;
  const text = contentOf(data, values);
  return text === '' ? null : text;
}

function fileOf(one: CurlCase, name: string, values: Placeholders): string | null {
  const file: NamedSection | undefined = one.verify.files?.find((other) => fill(other.name, values) === name);
  return file === undefined ? null : contentOf(file, values);
}
