export { compileStateMachine } from './compile-state-machine.ts';
export { execute } from './execute.ts';
export type { ExecutionOptions, ExecutionResult } from './execute.ts';
export type { ExecutionHost, MapRun, MapRunCall, TaskCall } from './execution-host.ts';
export type { FailureHandling, HistoryEvent, HistoryEventType } from './history-event.ts';
export { isRecord } from './json-value.ts';
export type { Json, JsonObject } from './json-value.ts';
export { TaskFailure } from './state-failure.ts';
export type { Flow, State, StateMachine } from './state-machine.ts';
