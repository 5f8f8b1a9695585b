import { createRequire } from 'node:module';
import type * as Undici from 'undici';
import type { Client } from '../client/client.ts';
import { receiverFor } from './dispatch-receiver.ts';
import { DispatchRun, type RunHost } from './dispatch-run.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { toUndiciError } from './undici-error.ts';

type DispatcherClass = new (client: Client, closesClient: boolean) => DispatcherLike;

let loaded: DispatcherClass | null = null;

/** The class of dispatchers over a client. It extends undici's, which is loaded when the first one is made. */
export function clientDispatcherClass(): DispatcherClass {
  // undici is a CommonJS package: this is the same copy that `import 'undici'` gives.
  const require = createRequire(import.meta.url);
  return (loaded ??= defineClass(require('undici') as typeof Undici));
}

function defineClass({ Dispatcher, errors }: typeof Undici): DispatcherClass {
  // Fields are ordinary properties, as `compose` puts a proxy in front, for which private names do not exist.
  return class ClientDispatcher extends Dispatcher {
    private state: 'closed' | 'destroyed' | 'open' = 'open';
    private readonly client: Client;
    private readonly closesClient: boolean;
    private readonly running = new Set<DispatchRun>();
    private readonly host: RunHost;
    private whenIdle: (() => void) | null = null;

    constructor(client: Client, closesClient: boolean) {
      super();
      this.client = client;
      this.closesClient = closesClient;
      this.host = {
        client,
        toError: (error) => toUndiciError(error, errors),
        abortError: () => new errors.RequestAbortedError(),
        onSettled: (run) => this.onSettled(run),
      };
    }

    get closed(): boolean {
      return this.state !== 'open';
    }

    get destroyed(): boolean {
      return this.state === 'destroyed';
    }

    override dispatch(options: object, handler: object): boolean {
      if (typeof handler !== 'object' || handler === null)
        throw new errors.InvalidArgumentError('handler must be an object');
      const run = new DispatchRun(this.host, receiverFor(handler));
      const refusal = this.refusal(options);
      if (refusal !== null) {
        run.refuse(refusal);
        return true;
      }
      this.running.add(run);
      run.start(options);
      // The pool of the client has its own queue; it is never too busy to be asked.
      return true;
    }

    override close(): Promise<void>;
    override close(callback: () => void): void;
    override close(callback?: () => void): Promise<void> | void {
      const closed = this.closeGracefully();
      if (callback === undefined) return closed;
      void closed.then(callback);
    }

    override destroy(error?: Error | null): Promise<void>;
    override destroy(callback: () => void): void;
    override destroy(error: Error | null, callback: () => void): void;
    override destroy(first?: Error | (() => void) | null, second?: () => void): Promise<void> | void {
      const error = typeof first === 'function' ? null : first;
      const callback = typeof first === 'function' ? first : second;
      const destroyed = this.destroyNow(error ?? new errors.ClientDestroyedError());
      if (callback === undefined) return destroyed;
      void destroyed.then(callback);
    }

    private refusal(options: unknown): Error | null {
      if (typeof options !== 'object' || options === null)
        return new errors.InvalidArgumentError('opts must be an object.');
      if (this.state === 'destroyed') return new errors.ClientDestroyedError();
      return this.state === 'closed' ? new errors.ClientClosedError() : null;
    }

    private async closeGracefully(): Promise<void> {
      if (this.state === 'destroyed') throw new errors.ClientDestroyedError();
      this.state = 'closed';
      if (this.running.size > 0) {
        await new Promise<void>((resolve) => {
          const earlier = this.whenIdle;
          this.whenIdle = () => {
            earlier?.();
            resolve();
          };
        });
      }
      this.state = 'destroyed';
      if (this.closesClient) await this.client.close();
    }

    private async destroyNow(error: Error): Promise<void> {
      this.state = 'destroyed';
      for (const run of this.running) run.abort(error);
      if (this.closesClient) await this.client.close();
    }

    private onSettled(run: DispatchRun): void {
      this.running.delete(run);
      if (this.running.size > 0 || this.whenIdle === null) return;
      const call = this.whenIdle;
      this.whenIdle = null;
      call();
    }
  };
}
