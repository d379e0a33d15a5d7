import type {
  ContextEntry,
  EvaluationResult,
  ResourceSpecificResult,
  SimulatePrincipalPolicyCommandInput,
  SimulatePrincipalPolicyCommandOutput,
} from '@aws-sdk/client-iam';
import { authorize, compile, type AuthorizationRequest, type Decision } from '@cordon/iam';
import { requestFor } from '../../core/authorize.ts';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Caller } from '../../core/operation.ts';
import { acceptMembers, unimplemented } from '../accept-members.ts';
import { noSuchEntity, required, stateOf } from './role-target.ts';
import { roleByArn, type Role } from './state.ts';

const invalidInput = (message: string): ServiceFault => new ServiceFault('InvalidInput', message);

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html ; binary values are not here. */
const CONTEXT_TYPES = ['string', 'numeric', 'boolean', 'ip', 'date'];

/** Keys and values of a simulation. There are none but these: nothing of a real request is known. */
const contextOf = (entries: readonly ContextEntry[]): AuthorizationRequest['context'] =>
  Object.fromEntries(
    entries.map(({ ContextKeyName = '', ContextKeyType = '', ContextKeyValues: values = [] }) => {
      const isList = ContextKeyType.endsWith('List');
      if (!CONTEXT_TYPES.includes(isList ? ContextKeyType.slice(0, -'List'.length) : ContextKeyType))
        throw unimplemented(`ContextKeyType ${ContextKeyType}`, 'SimulatePrincipalPolicy');
      const [first, ...more] = values;
      if (first === undefined || (!isList && more.length > 0))
        throw invalidInput(`Invalid number of values for context key ${ContextKeyName}.`);
      return [ContextKeyName, isList ? values : first];
    }),
  );

/** What is simulated: an action upon a resource, by a role as it stands. */
type Asked = Pick<AuthorizationRequest, 'action' | 'resource' | 'context'>;

const ALL = compile(
  { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'simulation',
);

/**
 * The question as the simulator puts it: policies of the role, its boundary and SCPs with their conditions. No RCP, no policy of a
 * resource, which it does not fetch, no policy of a VPC endpoint, and none of a session.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
const questionOf = (call: Call, role: Role, { action, resource, context }: Asked): AuthorizationRequest => {
  const { account } = call.caller;
  // The owner stands in the ARN, where one does.
  const owner = resource.split(':')[4] ?? '';
  if (/^\d{12}$/.test(owner) && owner !== account)
    throw unimplemented('ResourceArns of another account', 'SimulatePrincipalPolicy');
  const caller: Caller = {
    account,
    principal: {
      kind: 'role-session',
      account,
      roleArn: role.arn,
      sessionArn: `arn:${call.world.facts.partition}:sts::${account}:assumed-role/${role.name}/simulation`,
      roleId: role.roleId,
      sessionName: 'simulation',
    },
    accessKeyId: '',
    context: {},
    sessionPolicies: [],
    transitiveTags: {},
  };
  const asking = { world: call.world, services: [], caller, region: call.region, now: call.now };
  const { policies, principal } = requestFor(asking, { action, resource });
  const { identity, boundary, serviceControl = [] } = policies;
  return {
    principal,
    action,
    resource,
    resourceAccount: account,
    context,
    policies: { identity, serviceControl, ...(boundary === undefined ? {} : { boundary }) },
  };
};

const decisionOf = ({ verdict, decisive }: Decision): 'allowed' | 'explicitDeny' | 'implicitDeny' => {
  if (verdict === 'allow') return 'allowed';
  return decisive.some(({ effect }) => effect === 'Deny') ? 'explicitDeny' : 'implicitDeny';
};

/** What one action upon one resource comes to, and what each layer that can only withhold has to do with it. */
const resultOf = (question: AuthorizationRequest, isOfOrganization: boolean) => {
  const { boundary, serviceControl = [] } = question.policies;
  const alone = (policies: Partial<AuthorizationRequest['policies']>): boolean =>
    authorize({ ...question, policies: { identity: [ALL], ...policies } }).verdict === 'allow';
  return {
    decision: decisionOf(authorize(question)),
    // "Only applies if the simulated user's account is part of an organization."
    ...(isOfOrganization
      ? { OrganizationsDecisionDetail: { AllowedByOrganizations: alone({ serviceControl }) } }
      : {}),
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: alone({ boundary }) } }),
  };
};

const STRICTEST = ['explicitDeny', 'implicitDeny', 'allowed'] as const;

/** Results of one action: of all resources together the strictest. */
const evaluated = (
  call: Call,
  role: Role,
  {
    action,
    resources,
    context,
  }: {
    readonly action: string;
    readonly resources: readonly string[];
    readonly context: AuthorizationRequest['context'];
  },
): EvaluationResult => {
  const found = resources.map((resource) => ({
    resource,
    ...resultOf(
      questionOf(call, role, { action, resource, context }),
      call.world.accounts.has(call.caller.account),
    ),
  }));
  const specific = found.map(
    ({ resource, decision, PermissionsBoundaryDecisionDetail: detail }): ResourceSpecificResult => ({
      EvalResourceName: resource,
      EvalResourceDecision: decision,
      ...(detail === undefined ? {} : { PermissionsBoundaryDecisionDetail: detail }),
    }),
  );
  const decision = STRICTEST.find((one) => found.some((each) => each.decision === one)) ?? 'implicitDeny';
  const first = found.find((one) => one.decision === decision);
  const { OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail } = first ?? {};
  return {
    EvalActionName: action,
    EvalResourceName: '*',
    EvalDecision: decision,
    ...(OrganizationsDecisionDetail === undefined ? {} : { OrganizationsDecisionDetail }),
    ...(PermissionsBoundaryDecisionDetail === undefined ? {} : { PermissionsBoundaryDecisionDetail }),
    ...(resources[0] === '*' ? {} : { ResourceSpecificResults: specific }),
  };
};

/**
 * A role's own policies, its boundary and the organization's SCPs, asked without a call. Of the answer statements that matched and keys that
 * were missing are left out; `EvalResourceName` is `*`, where AWS has the template of an ARN. Roles alone, of the caller's account.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export const simulatePrincipalPolicy = operation<
  SimulatePrincipalPolicyCommandInput,
  Omit<SimulatePrincipalPolicyCommandOutput, '$metadata'>
>({
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
  checks: ({ PolicySourceArn }) => [
    { action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn ?? '*' },
  ],
  run: (input, call) => {
    acceptMembers(input, 'SimulatePrincipalPolicy', [
      'PolicySourceArn',
      'ActionNames',
      'ResourceArns',
      'ContextEntries',
    ]);
    const arn = required(input.PolicySourceArn, 'policySourceArn');
    const role = roleByArn(stateOf(call), arn);
    if (role === undefined) throw noSuchEntity(`The role with ARN ${arn} cannot be found.`);
    const context = contextOf(input.ContextEntries ?? []);
    const resources = input.ResourceArns ?? ['*'];
    const actions = required(input.ActionNames, 'actionNames');
    // "Each operation must include the service identifier."
    const wrong = actions.find((action) => !/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action));
    if (wrong !== undefined) throw invalidInput(`Invalid Action: ${wrong}`);
    return {
      EvaluationResults: actions.map((action) => evaluated(call, role, { action, resources, context })),
      IsTruncated: false,
    };
  },
});
