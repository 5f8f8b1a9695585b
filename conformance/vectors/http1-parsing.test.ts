import assert from 'node:assert/strict';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { GET, HEAD, octets, parseEverySplit } from './http1/parse-response.ts';
import { type HyperSet, runHyperCase } from './http1/hyper-case.ts';
import { vectors, type VectorCase } from './runner.ts';

const random = createRandom(seedFromEnvironment());

interface LengthCase {
  readonly input: string;
  /** Octets that a browser delivers; null for a network error. */
  readonly output: number | null;
}

interface BrowserSet {
  readonly status_line: {
    readonly cases: readonly {
      readonly input: string;
      readonly expected: { readonly status: number; readonly statusText: string } | null;
    }[];
  };
  readonly lone_cr_must_fail: readonly string[];
}

interface GoSet {
  readonly responses: readonly {
    readonly raw: string;
    readonly request_method: string;
    readonly status: number;
    readonly status_line: string;
    readonly proto: string;
    readonly headers: Readonly<Record<string, readonly string[]>>;
    readonly content_length: number;
    readonly close: boolean;
    readonly body: string;
  }[];
  readonly response_errors: readonly { readonly raw: string; readonly ok: boolean }[];
  readonly transfer_encoding: readonly {
    readonly transfer_encoding: readonly string[];
    readonly ok: boolean;
  }[];
  readonly content_length: readonly { readonly content_length: string; readonly ok: boolean }[];
}

/** What the server of the WPT set sends whatever Content-Length says. */
const FORTY_TWO = 'Fact: this is really forty-two bytes long.';

vectors('http1/content-lengths', 'http1-parsing/wpt-content-lengths.json', contentLengths);
vectors('http1/status-lines', 'http1-parsing/wpt-h1.json', statusLines);
vectors('http1/lone-cr', 'http1-parsing/wpt-h1.json', loneCR);
vectors('http1/go-responses', 'http1-parsing/go-response.json', goResponses);
vectors('http1/go-good-or-bad', 'http1-parsing/go-response.json', goGoodOrBad);
vectors('http1/go-transfer-encoding', 'http1-parsing/go-response.json', goTransferEncoding);
vectors('http1/go-content-length', 'http1-parsing/go-response.json', goContentLength);
vectors('http1/hyper-client', 'http1-parsing/hyper-client.json', function* ({ cases }: HyperSet) {
  for (const one of cases) yield { id: one.name, run: () => runHyperCase(one) };
});

function* contentLengths(cases: readonly LengthCase[]): Iterable<VectorCase> {
  for (const { input, output } of cases) {
    yield {
      id: input,
      run: () => {
        const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain;charset=UTF-8\r\nConnection: close\r\n${input}\r\n\r\n`;
        const { error, body } = parseEverySplit(octets(head + FORTY_TWO), random);
        assert.equal(error === null ? body.length : null, output, error?.code);
      },
    };
  }
}

function* statusLines({ status_line: { cases } }: BrowserSet): Iterable<VectorCase> {
  for (const { input, expected } of cases) {
    yield {
      id: JSON.stringify(input),
      run: () => {
        const message = octets(`HTTP/1.1 ${input}\r\nheader-parsing: is sad\r\n\r\n`);
        const { head, error } = parseEverySplit(message, random);
        const seen = error === null ? { status: head!.status, statusText: head!.reason } : null;
        assert.deepEqual(seen, expected, error?.code);
      },
    };
  }
}

function* loneCR({ lone_cr_must_fail: messages }: BrowserSet): Iterable<VectorCase> {
  for (const message of messages) {
    yield {
      id: JSON.stringify(message),
      run: () => assert.notEqual(parseEverySplit(octets(message), random).error, null, 'it was accepted'),
    };
  }
}

function* goResponses({ responses }: GoSet): Iterable<VectorCase> {
  for (const [index, expected] of responses.entries()) {
    yield {
      id: `${index} ${JSON.stringify(expected.raw.slice(0, expected.raw.indexOf('\n\r\n')))}`,
      run: () => {
        const expectation = expected.request_method === 'HEAD' ? HEAD : GET;
        const { error, head, body, keepsAlive } = parseEverySplit(octets(expected.raw), random, expectation);
        assert.equal(error, null, error?.code);
        const { version, status, reason, fields } = head!;
        assert.equal(`HTTP/${version}`, expected.proto);
        assert.equal(status, expected.status);
        // Go keeps the space of an empty reason phrase.
        assert.equal(`${status} ${reason}`.trimEnd(), expected.status_line.trimEnd());
        for (const [name, values] of Object.entries(expected.headers)) {
          assert.deepEqual(valuesOf(fields, name), values, name);
        }
        // A response that cannot have a body has a length of 0 in Go, whatever its fields say.
        if (expected.content_length > 0) assert.equal(head!.contentLength, expected.content_length);
        if (expected.content_length === -1) assert.equal(head!.isChunked || head!.contentLength === -1, true);
        assert.equal(body, expected.body);
        // Go counts a body that is chunked beside a length as one after which the connection may be used again.
        const isSuspect = head!.isChunked && fields.some((field) => field.toLowerCase() === 'content-length');
        assert.equal(keepsAlive, !expected.close && !isSuspect);
      },
    };
  }
}

function* goGoodOrBad({ response_errors: messages }: GoSet): Iterable<VectorCase> {
  for (const { raw, ok } of messages) {
    yield {
      id: JSON.stringify(raw),
      run: () => {
        const { error, head } = parseEverySplit(octets(raw), random);
        // Go judges the head alone.
        assert.equal(head !== null, ok, error?.code ?? 'it was accepted');
      },
    };
  }
}

function* goTransferEncoding({ transfer_encoding: cases }: GoSet): Iterable<VectorCase> {
  for (const { transfer_encoding: values, ok } of cases) {
    yield {
      id: JSON.stringify(values),
      run: () => {
        const lines = values.map((value) => `Transfer-Encoding: ${value}\r\n`).join('');
        const { error } = parseEverySplit(octets(`HTTP/1.1 200 OK\r\n${lines}\r\n0\r\n\r\n`), random);
        assert.equal(error === null, ok, error?.code ?? 'it was accepted');
      },
    };
  }
}

function* goContentLength({ content_length: cases }: GoSet): Iterable<VectorCase> {
  for (const { content_length: value, ok } of cases) {
    yield {
      id: value,
      run: () => {
        const { head, error } = parseEverySplit(
          octets(`HTTP/1.1 200 OK\r\nContent-Length: ${value}\r\n\r\n`),
          random,
        );
        assert.equal(head !== null, ok, error?.code ?? 'it was accepted');
      },
    };
  }
}

function valuesOf(fields: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]!.toLowerCase() === name.toLowerCase()) values.push(fields[i + 1]!);
  }
  return values;
}
