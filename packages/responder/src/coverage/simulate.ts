import {
  IAMClient,
  SimulatePrincipalPolicyCommand,
  type ContextEntry,
  type EvaluationResult,
} from '@aws-sdk/client-iam';
import { dutyRoleArn, INCIDENT_SESSION_TAG, type CordonConfig } from '@cordon/incident';
import { simulatedCheckId, TRY_INCIDENT_ID, type CoverageCheck } from '@cordon/incident/coverage';
import { clientFor, type Connection } from '../aws/connection.ts';
import type { SimulatedDuty } from '../needs/coverage.ts';
import { look } from './look.ts';

/** Keys and their values as a real call has them; a list is a key of many values. */
type Context = Readonly<Record<string, string | boolean | number | readonly string[]>>;

/** Calls that differ in nothing but the action. */
export interface Question {
  readonly actions: readonly string[];
  readonly resource: string;
  /** One more action, which is known to be allowed by keys and variables as these are: where it is denied, the simulator does not read them as AWS does. */
  readonly control?: string;
  /** Keys of these calls beside those of the session. */
  readonly context: Context;
  /** Where the calls would go: of IAM its one Region. */
  readonly region: string;
}

/** Whose role is asked about, and by what session of its own. */
export interface Simulator {
  readonly duty: SimulatedDuty;
  readonly connection: Connection;
  readonly partition: string;
  readonly account: string;
  readonly config: Pick<CordonConfig, 'organizationId'>;
}

/**
 * Keys that the session of a step has, and that a control policy may ask for. The simulator has none by itself, and does not name those that
 * an SCP asks for in vain: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
const sessionContext = ({ duty, partition, account, config }: Simulator, region: string): Context => ({
  'aws:PrincipalArn': dutyRoleArn(partition, account, duty),
  'aws:PrincipalAccount': account,
  'aws:PrincipalOrgID': config.organizationId,
  'aws:PrincipalType': 'AssumedRole',
  'aws:PrincipalIsAWSService': false,
  [`aws:PrincipalTag/${INCIDENT_SESSION_TAG}`]: TRY_INCIDENT_ID,
  'aws:SourceIdentity': TRY_INCIDENT_ID,
  'aws:RequestedRegion': region,
  'aws:ResourceAccount': account,
  'aws:SecureTransport': true,
  'aws:ViaAWSService': false,
});

const typeOf = (value: Context[string]): NonNullable<ContextEntry['ContextKeyType']> => {
  if (typeof value === 'object') return 'stringList';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'number' ? 'numeric' : 'string';
};

const entriesOf = (context: Context): ContextEntry[] =>
  Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: typeOf(value),
    ContextKeyValues: typeof value === 'object' ? [...value] : [String(value)],
  }));

/** Whose doing a denial is, as far as the simulator says. */
const byWhom = ({
  OrganizationsDecisionDetail,
  PermissionsBoundaryDecisionDetail,
}: EvaluationResult): string => {
  if (OrganizationsDecisionDetail?.AllowedByOrganizations === false) return 'an SCP';
  if (PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) return "the role's boundary";
  return "the role's own policies";
};

/** What one answer comes to: what is said of each action that would be denied, or why the answer says nothing. */
type Said = { readonly denials: readonly string[] } | { readonly nothing: string };

const saidIn = (results: readonly EvaluationResult[], { actions, control }: Question): Said => {
  const resultOf = (action: string) =>
    results.find(({ EvalActionName = '' }) => EvalActionName.toLowerCase() === action.toLowerCase());
  if (control !== undefined && resultOf(control)?.EvalDecision !== 'allowed')
    return { nothing: `the simulator would deny ${control} too, so that it is not believed` };
  const missing = actions.find((action) => resultOf(action)?.EvalDecision === undefined);
  if (missing !== undefined) return { nothing: `the simulator did not answer for ${missing}` };
  return {
    denials: actions.flatMap((action) => {
      const result = resultOf(action);
      return result === undefined || result.EvalDecision === 'allowed'
        ? []
        : [`${byWhom(result)} would deny ${action}`];
    }),
  };
};

/**
 * Asks IAM whether a duty's own role may do what only an incident would have it do: its policies, its boundary and SCPs, but no session policy,
 * RCP or resource's policy (docs/coverage.md). `failed` where it would be denied; where it cannot be asked, for whatever reason, `unknown`:
 * nothing follows from that about the account.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 *
 * @param what said of in one sentence, such as `denying sessions`
 */
export const simulate = async (
  simulator: Simulator,
  what: string,
  questions: readonly Question[],
): Promise<CoverageCheck> => {
  const { connection, duty, partition, account } = simulator;
  const id = simulatedCheckId(duty);
  const iam = clientFor(IAMClient, connection);
  const said: Said[] = [];
  const asked = await look(id, `${what} (simulated)`, async () => {
    for (const question of questions) {
      const { EvaluationResults = [] } = await iam.send(
        new SimulatePrincipalPolicyCommand({
          PolicySourceArn: dutyRoleArn(partition, account, duty),
          ActionNames: [...question.actions, ...(question.control === undefined ? [] : [question.control])],
          ResourceArns: [question.resource],
          ContextEntries: entriesOf({ ...sessionContext(simulator, question.region), ...question.context }),
        }),
      );
      said.push(saidIn(EvaluationResults, question));
    }
  });
  if (asked.result !== 'ok') return { ...asked, result: 'unknown' };
  const denied = said.flatMap((one) => ('denials' in one ? one.denials : []));
  if (denied.length > 0)
    return { id, result: 'failed', says: `${what} (simulated): ${denied.join(', ')}`.slice(0, 500) };
  const [nothing] = said.flatMap((one) => ('nothing' in one ? [one.nothing] : []));
  return nothing === undefined ? asked : { id, result: 'unknown', says: `${what} (simulated): ${nothing}` };
};
