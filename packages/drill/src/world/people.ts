import { addRole, type Credentials, type Organization } from '@cordon/local-aws';
import {
  deskPeople,
  EVIDENCE_DESK_FUNCTION_NAME,
  OPERATOR_FUNCTION_NAME,
  readApprover,
  type CordonConfig,
} from '@cordon/incident';

/** What Identity Center ends its roles' names with. */
const SUFFIX = '0123456789abcdef';
const SESSION_SECONDS = 43_200;

const roleName = (pattern: string): string => {
  const { name, anySuffix } = readApprover(pattern);
  return anySuffix ? `${name}${SUFFIX}` : name;
};

/** Everybody whom the configuration names, and what their permission sets let them come through. */
export const addPeople = (organization: Organization, config: CordonConfig): void => {
  addApprovers(organization, config);
  addForensicStaff(organization, config);
};

/** What Identity Center trusts: whoever signs in by SAML. */
const samlTrust = (account: string): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
      Principal: { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_${SUFFIX}_DO_NOT_DELETE` },
    },
  ],
});

/** A policy of one statement, as a permission set has it. */
const allowing = (actions: readonly string[], resource: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: resource }],
});

/** To look a function's URL up, and come to it. */
const throughUrl = (arn: string): object =>
  allowing(['lambda:GetFunctionUrlConfig', 'lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'], arn);

/** The role of Identity Center that a pattern names, with the policies of its permission set. */
const addStaff = (
  { world, ids, timeline }: Organization,
  pattern: string,
  inline: Readonly<Record<string, object>>,
): void => {
  const { kind, account } = readApprover(pattern);
  if (kind !== 'identity-center-role' || !world.accounts.has(account)) return;
  addRole(
    world,
    {
      account,
      name: roleName(pattern),
      path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
      trust: samlTrust(account),
      inline,
    },
    { ids, now: timeline.now() },
  );
};

/** Readers and keepers of evidence: the desk's URL, and nothing else (docs/evidence.md has this policy). */
const addForensicStaff = (organization: Organization, config: CordonConfig): void => {
  const { homeRegion, accounts } = config;
  const desk = `arn:aws:lambda:${homeRegion}:${accounts.evidence}:function:${EVIDENCE_DESK_FUNCTION_NAME}`;
  for (const pattern of deskPeople(config)) addStaff(organization, pattern, { evidence: throughUrl(desk) });
};

/** The roles of Identity Center that the configuration lets decide, with the policy that its permission set would have. */
const addApprovers = (organization: Organization, config: CordonConfig): void => {
  const on = `arn:aws:lambda:${config.homeRegion}:${config.accounts.security}:function:${OPERATOR_FUNCTION_NAME}`;
  for (const pattern of config.approvals.approvers)
    addStaff(organization, pattern, {
      decide: throughUrl(on),
      // For `cordon replay`: none of these can be narrowed to a resource that is known beforehand.
      read: allowing(
        [
          'guardduty:ListDetectors',
          'guardduty:ListFindings',
          'guardduty:GetFindings',
          'organizations:DescribeAccount',
          'organizations:ListTagsForResource',
        ],
        '*',
      ),
    });
};

/** A session of a person of that name, as Identity Center would give it, of the approvers if nobody else is named. Undefined when the configuration names nobody. */
export const sessionOf = (
  organization: Organization,
  config: CordonConfig,
  person: string,
  people: readonly string[] = config.approvals.approvers,
): Credentials | undefined => {
  const pattern = people.find((one) => readApprover(one).kind === 'identity-center-role');
  if (pattern === undefined) return undefined;
  const { host } = organization;
  const arn = `arn:aws:iam::${readApprover(pattern).account}:role/aws-reserved/sso.amazonaws.com/eu-west-1/${roleName(pattern)}`;
  return host.issueCredentials(host.callerForRole(arn, person), SESSION_SECONDS);
};
