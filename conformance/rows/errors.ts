import type { Section } from '../row.ts';
import { section } from '../row.ts';

export const ERROR_SECTIONS: readonly Section[] = [
  section('1.20', 'Exceptions', {
    'EX-01': 'refused, unreachable, unresolved, untrusted',
    'EX-02': 'connecting takes too long',
    'EX-03': 'no data in time',
    'EX-04': 'the peer does not take data in time',
    'EX-05': 'no connection in time',
    'EX-06': 'reset while reading or writing',
    'EX-07': 'failure while closing',
    'EX-08': 'the request would break the protocol',
    'EX-09': 'the server breaks the protocol',
    'EX-10': 'a proxy refuses',
    'EX-11': 'a proxy cannot be reached',
    'EX-12': 'scheme or host missing or unknown',
    'EX-13': 'undecodable content',
    'EX-14': 'too many hops',
    'EX-15': 'status error carries request and response',
    'EX-16': 'place of InvalidURL in the tree',
    'EX-17': 'request errors carry the request',
    'EX-18': 'the original error is the cause',
    'EX-19': 'misuse of streams is a tree of its own',
    'EX-20': 'no native error escapes',
  }),
];
