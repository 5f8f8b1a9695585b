import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import type { MockTransport } from '../transport/mock-transport.ts';
import { refuseProxy } from '../transport/refuse-proxy.ts';
import { refusePromise } from './refuse-promise.ts';
import { readBody } from './read-body.ts';
import { SyncStreamResponse } from './sync-stream-response.ts';
import type { SyncTransport } from './sync-transport.ts';

/** A mock as a client that blocks uses it: its handler must answer at once. */
export function syncMock(mock: MockTransport): SyncTransport {
  return {
    handleSync: (request, context) => {
      refuseProxy(context, 'a MockTransport');
      readBody(request);
      return streamed(mock.answer(request), request);
    },
    closeSync: () => {},
  };
}

function streamed(answer: unknown, request: Request): SyncStreamResponse {
  refusePromise('transport', answer);
  if (answer instanceof SyncStreamResponse) {
    answer.context.request = request;
    return answer;
  }
  if (answer instanceof Response) return SyncStreamResponse.fromResponse(answer, request);
  throw new InvalidArgument(
    'The handler of a MockTransport must return a Response, or for a client that blocks a SyncStreamResponse.',
  );
}
