/** `dagtop/client`: the API for programs. */
export { ApiError, Client } from './client.ts';
export type {
  AnswerOf,
  CallOptions,
  ClientOptions,
  Heard,
  LogChunk,
  LogHeard,
  OperationName,
  StreamEvent,
} from './client.ts';
export { followRun } from './follow-run.ts';
