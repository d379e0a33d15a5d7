import {
  DUTIES,
  dutyRoleName,
  functionName,
  IAM_PATH,
  RECORDER_FUNCTION_NAME,
  STATE_MACHINE_NAME,
  STEPS,
  type Duty,
  type StepName,
} from '@cordon/incident';
import type { AuthorizationRequest } from '@cordon/iam';
import type { Caller, JournalCall } from '@cordon/local-aws';
import type { RunRecord } from '../run-record.ts';

/** Who acts in the response: a step's function, the recorder, the workflow, the rule that forwards findings; or an instance. */
export type ResponseStep = StepName | 'forward' | 'workflow' | 'recorder' | 'instance';

/** All of them, in the order of the response. */
export const RESPONSE_STEPS = [
  'forward',
  'intake',
  'workflow',
  'recorder',
  ...STEPS.filter((step) => step !== 'intake'),
  'instance',
] as const satisfies readonly ResponseStep[];

/** Which step asked, and by which duty if it was not as itself. */
export interface Attribution {
  readonly step: ResponseStep;
  readonly duty?: Duty;
}

const ROLE = /^arn:[^:]+:iam::(\d{12}):role(\/(?:.+\/)?)([^/]+)$/;

/** CloudFormation names the forward role after its logical id: nobody has to know its name. */
const FORWARD_ROLE = /-ForwardRole-[^-]+$/;

/** The step whose own role it is: a function's, the state machine's, the forwarding rule's. Undefined for a duty's and for strangers. */
const stepOfRole = (roleArn: string, accounts: RunRecord['accounts']): ResponseStep | undefined => {
  const [, account, path, name = ''] = ROLE.exec(roleArn) ?? [];
  if (path !== IAM_PATH) return undefined;
  if (account === accounts.evidence && name === RECORDER_FUNCTION_NAME) return 'recorder';
  if (account !== accounts.security) return undefined;
  if (name === STATE_MACHINE_NAME) return 'workflow';
  if (FORWARD_ROLE.test(name)) return 'forward';
  return STEPS.find((step) => functionName(step) === name);
};

const keyIn = (output: object | undefined): unknown =>
  output !== undefined &&
  'Credentials' in output &&
  typeof output.Credentials === 'object' &&
  output.Credentials !== null &&
  'AccessKeyId' in output.Credentials
    ? output.Credentials.AccessKeyId
    : undefined;

/** Access keys of duty sessions, each with the ARN of the role that opened the session: the journal's answers of AssumeRole. */
const openersOf = (calls: readonly JournalCall[]): ReadonlyMap<unknown, string> =>
  new Map(
    calls.flatMap(({ operation, caller, output }): readonly (readonly [unknown, string])[] => {
      const key = operation === 'AssumeRole' ? keyIn(output) : undefined;
      return key === undefined ? [] : [[key, caller]];
    }),
  );

/** CloudWatch Logs uses a key of ours for one thing alone: what people do on the forensic machine. It names itself with its Region. */
const RECORDS_SESSIONS = /^logs\./;

const SESSION = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\//;

/**
 * Makes the function that says which step asked: a role of a step by its name; a duty's session by the function that opened
 * it; a service that takes on a step's role or sends to its queue by that step. Throws for a session of ours that no step opened.
 */
export const attribute = (
  calls: readonly JournalCall[],
  accounts: RunRecord['accounts'],
): ((request: AuthorizationRequest, caller: Caller) => Attribution) => {
  const openers = openersOf(calls);
  const openerOf = (accessKeyId: string): ResponseStep | undefined => {
    const [, partition, account, name] = SESSION.exec(openers.get(accessKeyId) ?? '') ?? [];
    return stepOfRole(`arn:${partition}:iam::${account}:role${IAM_PATH}${name}`, accounts);
  };
  return ({ resource }, { principal, accessKeyId }) => {
    // A finding on its way, from a Region's bus to the queue of intake, is nobody's call but EventBridge's.
    if (principal.kind === 'service')
      return {
        step: RECORDS_SESSIONS.test(principal.service)
          ? 'investigate'
          : (stepOfRole(resource, accounts) ?? 'forward'),
      };
    if (principal.kind !== 'role-session') return { step: 'instance' };
    const own = stepOfRole(principal.roleArn, accounts);
    if (own !== undefined) return { step: own };
    const duty = DUTIES.find((one) => principal.roleArn.endsWith(`:role${IAM_PATH}${dutyRoleName(one)}`));
    if (duty === undefined) return { step: 'instance' };
    const step = openerOf(accessKeyId);
    if (step === undefined)
      throw new Error(
        `a session of ${principal.roleArn} (key ${accessKeyId}) was opened by no step: its check cannot be told apart`,
      );
    return { step, duty };
  };
};
