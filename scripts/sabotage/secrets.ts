import type { Sabotage } from './sabotage.ts';

const SENDER = 'client/sender.ts';
const LISTENERS = 'transport/exchange-listeners.ts';

/** What the cases must notice of secrets that reach somebody, and of memory and time that a peer can take. */
export const secretSabotages: readonly Sabotage[] = [
  {
    name: 'secrets: send() does not mask what it did not build',
    file: 'client/base-client.ts',
    find: 'request.maskWith(this.#config.redaction);',
    replace: 'void request;',
    cases: ['LG-02.foreign'],
  },
  {
    name: 'secrets: a flow may make requests with a mask of their own',
    file: SENDER,
    find: 'let request = first.maskWith(redaction);',
    replace: 'let request = first;',
    cases: ['LG-02.foreign'],
  },
  {
    name: 'secrets: hooks may make requests with a mask of their own',
    file: SENDER,
    find: "request = requestOf('A request hook', changed ?? request).maskWith(this.#config.redaction);",
    replace: "request = requestOf('A request hook', changed ?? request);",
    cases: ['LG-02.foreign'],
  },
  {
    name: 'secrets: a transport is given whatever mask a request has',
    file: SENDER,
    find: '    request.maskWith(this.#config.redaction);\n',
    replace: '',
    cases: ['RD-14.rewrite'],
  },
  {
    name: 'secrets: a redirect has the mask that a request came with',
    file: 'message/request.ts',
    find: 'if (this.#redaction !== redaction) {',
    replace: 'if (this.#redaction !== redaction && this.#redaction !== DEFAULT_REDACTION) {',
    cases: ['RD-14.foreign', 'EH-07.foreign', 'RD-14.rewrite'],
  },
  {
    name: 'secrets: what a flow adds goes wherever a redirect leads',
    file: 'client/redirect.ts',
    find: '...policy.sensitiveHeaders, ...credentials]',
    replace: '...policy.sensitiveHeaders]',
    cases: ['RD-18.flow'],
  },
  {
    name: 'secrets: what a flow replaces goes wherever a redirect leads',
    file: SENDER,
    find: 'before.headers.get(name) !== after.headers.get(name)',
    replace: '!before.headers.has(name)',
    cases: ['RD-18.flow'],
  },
  {
    name: 'secrets: interim responses are not masked',
    file: LISTENERS,
    find: 'headers: Headers.fromWire(fields, false, this.#redaction),',
    replace: 'headers: Headers.fromWire(fields),',
    cases: ['HD-15.received'],
  },
  {
    name: 'secrets: trailers of a response are not masked',
    file: 'message/response.ts',
    find: 'Headers.fromWire(received.trailers ?? [], false, received.context.request?.redaction)',
    replace: 'Headers.fromWire(received.trailers ?? [])',
    cases: ['HD-15.received'],
  },
  {
    name: 'secrets: trailers of a stream are not masked',
    file: 'message/stream-response.ts',
    find: 'Headers.fromWire(this.#body.trailers ?? [], false, this.context.request?.redaction)',
    replace: 'Headers.fromWire(this.#body.trailers ?? [])',
    cases: ['HD-15.received'],
  },
  {
    name: 'bounds: the content on the way is read however large it is',
    file: SENDER,
    find: 'maxBytes: Math.min(context.decode.maxBytes, MAX_PASSING)',
    replace: 'maxBytes: MAX_PASSING < 0 ? 0 : context.decode.maxBytes',
    cases: ['ST-12.bound', 'AU-06.bound'],
  },
  {
    name: 'bounds: the content of a round of a flow is read however large it is',
    file: SENDER,
    find: 'journey.history.push((yield readPassing(response)) as Response);',
    replace: 'journey.history.push((yield response.read()) as Response);',
    cases: ['AU-06.bound'],
  },
  {
    name: 'bounds: a body that nobody opened is waited for',
    file: SENDER,
    find: 'if (request instanceof Request) letGo(request, error);',
    replace: 'if (request instanceof Request) await request.payload?.cancel?.(error);',
    cases: ['EX-17.let-go'],
  },
  {
    name: 'bounds: a body that nobody waits for is read on',
    file: 'client/release.ts',
    find: 'request.stopReading(reason);',
    replace: '',
    cases: ['TM-09.reading'],
  },
  {
    name: 'bounds: an inherited attempt has no limit',
    file: 'transport/exchange.ts',
    find: 'this.#limit(isInherited ? this.connectTimeout : null, performance.now());',
    replace: 'this.#limit(isInherited ? null : null, performance.now());',
    cases: ['TM-04.inherited'],
  },
  {
    name: 'bounds: a source that throws when it is closed does so in the transport',
    file: 'body/request-body.ts',
    find: '} catch {\n    // The same for a source that says it at once.\n  }',
    replace: '} finally {}',
    cases: ['ST-11.cleanup'],
  },
  {
    name: 'bounds: what a server suggests replaces a file that came to be meanwhile',
    file: 'message/pipe.ts',
    find: 'await link(file, path).catch',
    replace:
      "await process.getBuiltinModule('node:fs/promises').copyFile(file, path); if (path === '') await link(file, path).catch",
    cases: ['CI-07.meanwhile'],
  },
  {
    name: 'bounds: JSON is indented without end',
    file: 'cli/format-json.ts',
    find: 'Math.min(depth, MAX_INDENT)',
    replace: 'depth + 0 * MAX_INDENT',
    cases: ['CI-03.deep'],
  },
];
