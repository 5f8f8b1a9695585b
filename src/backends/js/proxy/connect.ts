import { sameName } from '../../../models/field-syntax.ts';
import type { DialControl, ParserLimits, ProxyReply, ProxyRoute } from '../../contract.ts';
import { WireError } from '../../contract.ts';
import type { Head } from '../http1/head.ts';
import { ParseError } from '../http1/parse-error.ts';
import { type ParserEvents, ResponseParser } from '../http1/parser.ts';
import { serializeHead } from '../http1/serializer.ts';
import type { HopStream } from './hop-stream.ts';

/** Octets of a refusal that are kept; they are there for people to read. */
const MAX_BODY = 65_536;

/** What became of a CONNECT. */
export interface ConnectOutcome {
  readonly reply: ProxyReply;
  /** After a refusal: the connection can carry another CONNECT. */
  readonly isReusable: boolean;
}

/**
 * Asks a proxy for a tunnel (RFC 9110 §9.3.6) and receives its answer, in full if it is a refusal.
 *
 * @throws WireError if there is no answer, or the reason of the signal
 */
export async function connect(
  stream: HopStream,
  proxy: ProxyRoute,
  fields: readonly string[],
  limits: ParserLimits,
  control: DialControl,
  peer: string | undefined,
): Promise<ConnectOutcome> {
  const { tracer } = control;
  const { url, target } = proxy;
  tracer?.emit('proxy.connect.started', { proxy: url, target, headers: tracer.redaction.fields(fields) });
  try {
    stream.write(serializeHead('CONNECT', target, fields));
    const outcome = await new ReplyReader(limits, peer).receive(stream);
    const { status, reason, fields: received } = outcome.reply;
    const headers = tracer?.redaction.fields(received);
    tracer?.emit('proxy.connect.complete', { proxy: url, target, status, reason, headers });
    return outcome;
  } catch (error) {
    tracer?.emit('proxy.connect.failed', { proxy: url, target, error });
    throw error;
  }
}

/** Collects the answer to a CONNECT. */
class ReplyReader implements ParserEvents {
  readonly #parser: ResponseParser;
  readonly #peer: string | undefined;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #head: Head | null = null;

  constructor(limits: ParserLimits, peer: string | undefined) {
    this.#parser = new ResponseParser(this, limits);
    this.#peer = peer;
  }

  async receive(stream: HopStream): Promise<ConnectOutcome> {
    const parser = this.#parser;
    parser.start({ isHead: false, isConnect: true, isUpgrade: false });
    let hasSurplus = false;
    try {
      while (!parser.isDone && !parser.isTunnel && this.#size < MAX_BODY) {
        const piece = await stream.read();
        if (piece === null) parser.finish();
        else hasSurplus = parser.push(piece, 0, piece.length) < piece.length;
      }
    } catch (error) {
      // That the proxy refuses is known by then; the rest of its explanation is not worth another error.
      if (this.#head === null || !isLoss(error)) throw this.#describe(error);
      return { reply: this.#reply(this.#head), isReusable: false };
    }
    const head = this.#head!;
    // It came through the tunnel.
    if (parser.isTunnel && this.#size > 0) stream.unread(Buffer.concat(this.#pieces.splice(0)));
    const isReusable = parser.isDone && parser.keepsAlive && !hasSurplus && !saysProxyClose(head.fields);
    return { reply: this.#reply(head), isReusable };
  }

  onInformational(): void {}

  onHead(head: Head): void {
    this.#head = head;
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#size < MAX_BODY) this.#pieces.push(Buffer.from(bytes.subarray(start, end)));
    this.#size += end - start;
  }

  onEnd(): void {}

  #reply({ status, reason, version, fields }: Head): ProxyReply {
    const body = Buffer.concat(this.#pieces).subarray(0, MAX_BODY);
    return { status, reason, version, fields, body };
  }

  #describe(error: unknown): unknown {
    if (!(error instanceof ParseError)) return error;
    const isSilent = error.code === 'truncated' && this.#parser.offset === 0;
    return new WireError({
      kind: isSilent ? 'closed' : 'remote-protocol',
      phase: 'proxy',
      reason: isSilent ? 'the proxy closed the connection without answering CONNECT' : error.message,
      cause: error,
      peer: this.#peer,
      retrySafe: isSilent,
    });
  }
}

/** The connection broke, or took too long; not: the caller gave up. */
function isLoss(error: unknown): boolean {
  return error instanceof ParseError || (error instanceof WireError && error.kind !== 'aborted');
}

/** What proxies of old say where HTTP/1.1 has `Connection: close`. */
function saysProxyClose(fields: readonly string[]): boolean {
  for (let i = 0; i < fields.length; i += 2) {
    if (sameName(fields[i]!, 'proxy-connection') && fields[i + 1]!.toLowerCase().includes('close'))
      return true;
  }
  return false;
}
