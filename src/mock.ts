export { MockTransport } from './transport/mock-transport.ts';
export type { MockAnswer } from './transport/mock-transport.ts';
