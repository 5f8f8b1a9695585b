import type { Section } from '../row.ts';
import { section } from '../row.ts';

export const CLIENT_SECTIONS: readonly Section[] = [
  section('1.1', 'Client lifecycle and properties', {
    'CL-01': 'states: unopened, opened, closed for good',
    'CL-02': 'sending on a closed client fails',
    'CL-03': 'a closed client cannot be reopened',
    'CL-04': 'a client cannot be opened twice',
    'CL-05': 'isClosed before, during and after use',
    'CL-06': 'closing closes the transport, then each mount once',
    'CL-07': 'mounts close even if the transport fails to',
    'CL-08': 'default timeouts, limits and switches',
    'CL-09': 'assigned properties become model objects',
    'CL-10': 'replaced client headers keep the defaults underneath',
    'CL-11': 'base URL gets a trailing slash',
    'CL-12': 'hook kinds left out are empty lists',
    'CL-13': 'an unused client leaves no trace',
    'CL-14': 'default request headers and their order',
    'CL-15': 'Accept-Encoding names the available codings',
    'CL-16': 'a deleted default header is not sent',
    'CL-17': 'many concurrent requests share one client',
  }),
  section('1.2', 'Merging of client and request configuration', {
    'MG-01': 'request headers replace client headers by name',
    'MG-02': 'request params replace client params by key',
    'MG-03': 'request cookies add to the jar, unsaved',
    'MG-04': 'request options win; undefined inherits, null disables',
    'MG-05': 'a timeout set on the request object wins whole',
    'MG-06': 'send() fills in the client timeout',
    'MG-07': 'params given with a URL that has a query',
    'MG-08': 'client params with a URL that has a query',
    'MG-09': 'an untouched query stays byte for byte',
    'MG-10': 'base path joined with a relative path',
    'MG-11': 'an absolute URL ignores the base',
    'MG-12': 'a network-path reference against a base',
    'MG-13': 'a base URL that has a query',
    'MG-14': 'fragments of base and relative URL',
    'MG-15': 'empty and query-only relative URLs',
    'MG-16': 'encoded slashes survive the join',
  }),
];

export const ENTRY_SECTIONS: readonly Section[] = [
  section('1.30', 'Top-level functions', {
    'TP-01': 'one-shot functions own and close a client',
    'TP-02': 'the network engine loads on first use',
    'TP-03': 'public names equal the documented list',
  }),
];
