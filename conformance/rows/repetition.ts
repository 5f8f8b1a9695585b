import type { Section } from '../row.ts';
import { section } from '../row.ts';

/** What httpx leaves to others: event streams, retries, resuming, metrics. */
export const REPETITION_SECTIONS: readonly Section[] = [
  section('2.1', 'Server-sent events', {
    'SE-01': 'lines, fields and dispatch of the standard',
    'SE-02': 'byte order mark, UTF-8, any split',
    'SE-03': 'limits of a line and of an event',
    'SE-04': 'header fields of an event stream request',
    'SE-05': 'status and media type of an event stream',
    'SE-06': 'reconnection: id, time, nothing more (204)',
    'SE-07': 'reconnection: failures, waits, when it ends',
    'SE-08': 'closing and aborting an event stream',
    'SE-09': 'event streams that answer a POST',
    'SE-10': 'JSON, comments and types of events',
    'SE-11': 'timeouts of an event stream',
  }),
  section('2.2', 'Retries', {
    'RT-01': 'nothing is sent twice unless asked',
    'RT-02': 'statuses, attempts, the last response',
    'RT-03': 'failures of the network, content that breaks off',
    'RT-04': 'methods that may be sent twice',
    'RT-05': 'bodies that can be sent twice',
    'RT-06': 'backoff and jitter',
    'RT-07': 'waits that the server asks for',
    'RT-08': 'total timeout, abort and close during a wait',
    'RT-09': 'budget for the retries of a client',
    'RT-10': 'hooks, trace and report of retries',
    'RT-11': 'place among redirects, auth, hooks, middleware',
    'RT-12': 'retry options of client and request',
    'RT-13': 'an answer that is retried keeps its connection',
  }),
  section('2.3', 'Resuming downloads', {
    'RG-01': 'a broken download goes on where it was',
    'RG-02': 'strong validators only',
    'RG-03': 'a representation that has changed',
    'RG-04': 'servers that ignore ranges or send less',
    'RG-05': 'coded content is not resumed',
    'RG-06': 'attempts, busy servers, hooks, progress',
    'RG-07': 'ranges that the caller asked for',
  }),
  section('2.4', 'Metrics', {
    'MX-01': 'metrics are off by default',
    'MX-02': 'requests, responses, errors, retries, redirects',
    'MX-03': 'octets and durations',
    'MX-04': 'connections opened, reused, closed, waited for',
    'MX-05': 'metrics as JSON and for Prometheus',
    'MX-06': 'metrics reset and shared',
  }),
  section('2.5', 'Backends', {
    'BK-01': 'a backend by name, or each part by itself',
    'BK-02': 'the environment takes the place of auto',
    'BK-03': 'a name is taken at its word',
    'BK-04': 'auto takes the best and keeps the reasons',
    'BK-05': 'versions, boundary and self-test of an accelerator',
    'BK-06': 'selections are published',
  }),
];
