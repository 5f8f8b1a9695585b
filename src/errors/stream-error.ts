import { brand, TernError } from './tern-error.ts';

/** A body was used in a way that its state does not allow: a mistake of the program, not of the network. */
export abstract class StreamError extends TernError {
  static {
    brand(StreamError, 'StreamError');
  }
}
