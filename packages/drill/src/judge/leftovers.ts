import { STATE_MACHINE_NAME } from '@cordon/incident';
import { sqsState, statesState, type Execution } from '@cordon/local-aws';
import type { Remains } from './remains.ts';

/** One execution of the workflow as the run left it. */
export interface ExecutionLeft {
  /** The ledger's id: the incident's own, with `-r<n>` for a later plan. */
  readonly name: string;
  readonly status: Execution['status'];
  /** States in the order in which they were entered. */
  readonly states: readonly { readonly name: string; readonly enteredAt: number }[];
}

/** One message that lies in a queue. */
export interface MessageLeft {
  readonly body: string;
  /** Text of its message attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What lies in a queue of the security account's home Region, visible or not; empty for a queue that does not exist. */
export const messagesLeft = (
  { organization: { world }, accounts, homeRegion }: Remains,
  queue: string,
): readonly MessageLeft[] =>
  (world.of(sqsState, accounts.security, homeRegion).queues.get(queue)?.messages ?? []).map(
    ({ body, attributes }) => ({
      body,
      attributes: Object.fromEntries(
        Object.entries(attributes).flatMap(([name, { StringValue }]) =>
          StringValue === undefined ? [] : [[name, StringValue]],
        ),
      ),
    }),
  );

/** Every execution of the workflow, in order of start. */
export const executionsLeft = ({
  organization: { world },
  accounts,
  homeRegion,
}: Remains): readonly ExecutionLeft[] =>
  [
    ...(world
      .of(statesState, accounts.security, homeRegion)
      .machines.get(STATE_MACHINE_NAME)
      ?.executions.values() ?? []),
  ].map(({ name, status, history }) => ({
    name,
    status,
    states: history.flatMap(({ type, stateName, timestamp }) =>
      type.endsWith('StateEntered') && stateName !== undefined
        ? [{ name: stateName, enteredAt: timestamp }]
        : [],
    ),
  }));
