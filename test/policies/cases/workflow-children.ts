import { STATE_MACHINE_NAME } from '@cordon/incident';
import { ACCOUNTS, HOME } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

const at = (rest: string): string => `arn:aws:states:${HOME}:${ACCOUNTS.security}:${rest}`;
const OWN = at(`execution:${STATE_MACHINE_NAME}:0a1b2c3d-run`);
const CHILD = at(`execution:${STATE_MACHINE_NAME}/0a1b2c3d-label:0a1b2c3d-child`);
const OTHER = at('execution:billing:0a1b2c3d-run');

const ROWS: readonly {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly may: boolean;
}[] = [
  {
    does: 'starts children of its distributed Maps',
    action: 'states:StartExecution',
    on: at(`stateMachine:${STATE_MACHINE_NAME}`),
    may: true,
  },
  {
    does: 'starts another state machine',
    action: 'states:StartExecution',
    on: at('stateMachine:billing'),
    may: false,
  },
  { does: 'sees how a child ended', action: 'states:DescribeExecution', on: OWN, may: true },
  {
    does: 'looks at executions of another machine',
    action: 'states:DescribeExecution',
    on: OTHER,
    may: false,
  },
  { does: 'stops a child when its Map failed', action: 'states:StopExecution', on: OWN, may: true },
  {
    does: 'stops executions of another machine',
    action: 'states:StopExecution',
    on: OTHER,
    may: false,
  },
  {
    does: 'goes on with children when their execution is redriven',
    action: 'states:RedriveExecution',
    on: CHILD,
    may: true,
  },
  {
    does: 'redrives an execution of an incident, which a person does',
    action: 'states:RedriveExecution',
    on: OWN,
    may: false,
  },
  {
    does: 'changes its own definition',
    action: 'states:UpdateStateMachine',
    on: at(`stateMachine:${STATE_MACHINE_NAME}`),
    may: false,
  },
];

/**
 * What distributed Maps ask of the role of their machine, and what it leaves out.
 * https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export const workflowChildCases: readonly PowerCase[] = ROWS.map(({ does, action, on, may }) => ({
  name: `the workflow ${does}`,
  as: 'workflow',
  action,
  on,
  ...(may ? {} : { guardrails: 'off' as const }),
  answer: may ? 'allowed' : { notAllowedBy: 'identity' },
}));
