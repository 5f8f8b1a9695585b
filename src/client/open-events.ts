import { addCallerStack } from '../errors/caller-stack.ts';
import { EventStream } from '../message/event-stream.ts';
import type { ClientConfig, SendConfig } from './config.ts';
import { mergeSendConfig } from './config.ts';
import { type EventClient, ReconnectingEvents } from './reconnecting-events.ts';
import { resolveSSE, type SSEOptions } from './sse-options.ts';

/** The parts of a client from which a stream of events is opened. */
export interface EventHost extends Pick<EventClient, 'failed' | 'stream'> {
  readonly config: Pick<ClientConfig, 'hooks' | 'metrics' | 'pauses'>;
  readonly defaults: SendConfig;
}

/** Opens a stream of events; what it throws has been seen by the hooks. */
export async function openEvents(
  { config, defaults, failed, stream }: EventHost,
  url: URL | string,
  options: SSEOptions,
): Promise<EventStream> {
  let feed: ReconnectingEvents;
  try {
    const settings = resolveSSE(options, defaults.timeout);
    const { signal, sharedSignal } = mergeSendConfig(settings.request, defaults);
    const signals = [signal, sharedSignal];
    const { hooks, metrics, pauses } = config;
    const onRetry: EventClient['onRetry'] = async (event) => {
      metrics?.retried(event);
      for (const hook of hooks.retry) await hook(event);
    };
    feed = new ReconnectingEvents({ stream, failed, signals, pauses, onRetry }, url, settings);
  } catch (error) {
    throw await failed(error);
  }
  await feed.start();
  return new EventStream(feed, addCallerStack);
}
