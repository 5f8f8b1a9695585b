import { ResponseNotRead } from '../errors/response-not-read.ts';

/** What a response has only when its content has been read. */
const READ_ONLY_IN_MEMORY = ['bytes', 'text', 'json', 'arrayBuffer', 'blob', 'formData'];

/**
 * Gives a class of unread responses accessors that throw {@link ResponseNotRead}, for programs without types: the
 * compiler refuses these names, but `undefined` in their place would be taken for a response without content.
 *
 * @internal
 */
export function refuseUnread(prototype: object, labelOf: (response: object) => string): void {
  for (const name of READ_ONLY_IN_MEMORY) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: object): never {
        throw new ResponseNotRead(
          `'${name}' is there when the content has been read: use 'const whole = await response.read()' on ${labelOf(this)}, then 'whole.${name}'.`,
        );
      },
    });
  }
}
