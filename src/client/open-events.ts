import type { Steps } from '../body/steps.ts';
import type { ClientConfig, SendConfig } from './config.ts';
import { mergeSendConfig } from './config.ts';
import { type EventClient, type EventResponse, ReconnectingEvents } from './reconnecting-events.ts';
import type { SendMode } from './send-mode.ts';
import { resolveSSE, type SSEOptions } from './sse-options.ts';

/** The parts of a client from which a stream of events is opened. */
export interface EventHost<R extends EventResponse> extends Pick<EventClient<R>, 'failed' | 'stream'> {
  readonly config: Pick<ClientConfig, 'hooks' | 'metrics'>;
  readonly defaults: SendConfig;
  readonly mode: Pick<SendMode<R>, 'checkResult' | 'pause'>;
}

/** Opens a stream of events; what it throws has been seen by the hooks. */
export function* openEvents<R extends EventResponse>(
  { config, defaults, mode, failed, stream }: EventHost<R>,
  url: URL | string,
  options: SSEOptions,
): Steps<ReconnectingEvents<R>> {
  let feed: ReconnectingEvents<R>;
  try {
    const settings = resolveSSE(options, defaults.timeout);
    const { signal, sharedSignal } = mergeSendConfig(settings.request, defaults);
    const signals = [signal, sharedSignal];
    const { hooks, metrics } = config;
    const onRetry: EventClient<R>['onRetry'] = function* (event) {
      metrics?.retried(event);
      for (const hook of hooks.retry) {
        const given: unknown = hook(event);
        mode.checkResult('hooks.retry', given);
        yield given;
      }
    };
    feed = new ReconnectingEvents({ stream, failed, signals, pause: mode.pause, onRetry }, url, settings);
  } catch (error) {
    throw yield* failed(error);
  }
  yield* feed.start();
  return feed;
}
