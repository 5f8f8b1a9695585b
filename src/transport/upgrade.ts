import type { Duplex } from 'node:stream';
import type { Exchange } from '../backends/contract.ts';
import type { BodySource } from '../message/body-source.ts';

/** A connection that has left HTTP, as a Node stream, and the means to tell it that data has been taken. */
export interface Upgraded {
  readonly duplex: Duplex;
  onSent(): void;
}

/**
 * Makes a duplex of an exchange whose connection has switched protocols (RFC 9110 §7.8, §9.3.6).
 *
 * @param close lets go of the connection; called once, when both directions have ended or the stream is destroyed
 */
export function upgradedConnection(source: BodySource, wire: Exchange, close: () => void): Upgraded {
  const { Duplex } = process.getBuiltinModule('node:stream');
  let waiting: (() => void) | null = null;
  const duplex = new Duplex({
    allowHalfOpen: true,
    read() {
      source.next().then(
        (chunk) => this.push(chunk),
        (error: unknown) => this.destroy(error as Error),
      );
    },
    write(chunk: Buffer, _encoding, callback) {
      if (wire.write(chunk)) callback();
      else waiting = callback;
    },
    final(callback) {
      wire.finish();
      callback();
    },
    destroy(error, callback) {
      close();
      callback(error);
    },
  });
  return {
    duplex,
    onSent() {
      const callback = waiting;
      waiting = null;
      callback?.();
    },
  };
}
