import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Caller, type Check } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { roleTagContext } from '../iam/role-target.ts';
import type { Role } from '../iam/state.ts';
import { requestTagContext } from '../request-tags.ts';
import { callerIdentity } from './caller-identity.ts';
import { accountOfRole, findRoleByArn } from './role-arn.ts';
import { showsMfa, takeMfa } from './mfa.ts';
import { roleSession } from './role-session.ts';
import { sessionPolicies } from './session-policies.ts';
import { sessionTags } from './session-tags.ts';

type Context = Record<string, string | readonly string[]>;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SECONDS = { min: 900, max: 43_200, default: 3600, whenChained: 3600 };
const NAME = /^[\w+=,.@-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:\\/-]{2,1224}$/;

const carriedIdentity = (caller: Caller): string | undefined => {
  const carried = caller.context['aws:SourceIdentity'];
  return typeof carried === 'string' ? carried : undefined;
};

/**
 * A request that shows MFA is asked with it, and so is one of a session that was made with MFA. What it gives says nothing of MFA.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
const mfaContext = (input: AssumeRoleCommandInput, call: Call): Context =>
  showsMfa(call, input) ? { 'aws:MultiFactorAuthPresent': 'true' } : {};

const tagContext = ({ Tags: tags, TransitiveTagKeys: keys }: AssumeRoleCommandInput): Context => ({
  ...requestTagContext(tags),
  ...(keys === undefined || keys.length === 0 ? {} : { 'sts:TransitiveTagKeys': keys }),
});

/**
 * One check for the role and one each for tags and source identity, all against the trust policy as well.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
const checks = (input: AssumeRoleCommandInput, call: Call): readonly Check[] => {
  const account = accountOfRole(input.RoleArn);
  // Not a role's ARN: there is nothing to ask a policy about, and `run` refuses it.
  if (account === undefined || input.RoleArn === undefined) return [];
  const on = { resource: input.RoleArn, account };
  const identity = input.SourceIdentity ?? carriedIdentity(call.caller);
  const identityContext: Context = identity === undefined ? {} : { 'sts:SourceIdentity': identity };
  const tags = { ...roleTagContext(findRoleByArn(call.world, input.RoleArn)), ...mfaContext(input, call) };
  const assume: Check = {
    action: 'sts:AssumeRole',
    ...on,
    context: {
      ...tags,
      ...tagContext(input),
      ...identityContext,
      ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      ...(input.RoleSessionName === undefined ? {} : { 'sts:RoleSessionName': input.RoleSessionName }),
    },
  };
  const given = (input.Tags ?? []).length > 0;
  const inherited = Object.keys(call.caller.transitiveTags).length > 0;
  // Whether tags that only pass through need the permission is not documented: the stricter reading is taken.
  const tagSession: Check = {
    action: 'sts:TagSession',
    ...on,
    context: { ...tags, ...tagContext(input) },
    ...(given ? {} : { assumed: true as const }),
  };
  return [
    assume,
    ...(given || inherited ? [tagSession] : []),
    // Needed in a chain too, where the identity was set before.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
    ...(identity === undefined
      ? []
      : [{ action: 'sts:SetSourceIdentity', ...on, context: { ...tags, ...identityContext } }]),
  ];
};

const invalid = (message: string): ServiceFault => new ServiceFault('ValidationError', message);

const constraint = (member: string, value: unknown, rule: string): ServiceFault =>
  invalid(
    `1 validation error detected: Value '${String(value)}' at '${member}' failed to satisfy constraint: ${rule}`,
  );

const matching = (value: string | undefined, member: string, pattern: RegExp): string => {
  if (value !== undefined && pattern.test(value)) return value;
  throw constraint(member, value, `Member must satisfy regular expression pattern: ${pattern.source}`);
};

const accessDenied = (call: Call, action: string, resource: string): ServiceFault =>
  new ServiceFault(
    'AccessDenied',
    `User: ${callerIdentity(call.caller).arn} is not authorized to perform: ${action} on resource: ${resource}`,
    { status: 403 },
  );

/** Credentials from an instance's metadata do not count as a link of a chain. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const isChained = ({ principal, context }: Caller): boolean =>
  principal.kind === 'role-session' && context['ec2:SourceInstanceARN'] === undefined;

const durationOf = (input: AssumeRoleCommandInput, role: Role, caller: Caller): number => {
  const seconds = input.DurationSeconds ?? SECONDS.default;
  if (seconds < SECONDS.min)
    throw constraint(
      'durationSeconds',
      seconds,
      `Member must have value greater than or equal to ${SECONDS.min}`,
    );
  if (seconds > SECONDS.max)
    throw constraint(
      'durationSeconds',
      seconds,
      `Member must have value less than or equal to ${SECONDS.max}`,
    );
  if (isChained(caller) && seconds > SECONDS.whenChained) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionSeconds)
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  return seconds;
};

/** The source identity that the session will have; set once, it stays. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html */
const identityOf = (input: AssumeRoleCommandInput, call: Call): string | undefined => {
  const carried = carriedIdentity(call.caller);
  if (input.SourceIdentity === undefined) return carried;
  const wanted = matching(input.SourceIdentity, 'sourceIdentity', NAME);
  if (wanted.toLowerCase().startsWith('aws:'))
    throw constraint('sourceIdentity', wanted, 'Member must not begin with aws:');
  if (carried !== undefined && carried !== wanted)
    throw accessDenied(call, 'sts:SetSourceIdentity', input.RoleArn ?? '');
  return wanted;
};

const roleOf = (input: AssumeRoleCommandInput, call: Call): Role => {
  const { RoleArn: arn } = input;
  if (arn === undefined || accountOfRole(arn) === undefined) throw invalid(`${String(arn)} is invalid`);
  const role = findRoleByArn(call.world, arn);
  // A role that does not exist is answered as one that does not trust the caller.
  if (role === undefined) throw accessDenied(call, 'sts:AssumeRole', arn);
  if (call.caller.principal.kind === 'root')
    throw new ServiceFault('AccessDenied', 'Roles may not be assumed by root accounts.', { status: 403 });
  return role;
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole = operation<AssumeRoleCommandInput, Omit<AssumeRoleCommandOutput, '$metadata'>>({
  checks,
  run: (input, call) => {
    acceptMembers(input, 'AssumeRole', [
      'RoleArn',
      'RoleSessionName',
      'DurationSeconds',
      'Policy',
      'PolicyArns',
      'Tags',
      'TransitiveTagKeys',
      'ExternalId',
      'SourceIdentity',
      'SerialNumber',
      'TokenCode',
    ]);
    takeMfa(call, input);
    const name = matching(input.RoleSessionName, 'roleSessionName', NAME);
    if (input.ExternalId !== undefined) matching(input.ExternalId, 'externalId', EXTERNAL_ID);
    const role = roleOf(input, call);
    const seconds = durationOf(input, role, call.caller);
    const identity = identityOf(input, call);
    const tags = sessionTags(call.caller, input.Tags, input.TransitiveTagKeys);
    const { policies, packedPercent } = sessionPolicies(call.world, accountOfRole(role.arn) ?? '', input);
    const session = roleSession(call.world, role, {
      name,
      now: call.now,
      policies,
      transitiveTags: tags.transitive,
      context: {
        ...Object.fromEntries(
          Object.entries(tags.all).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]),
        ),
        ...(identity === undefined ? {} : { 'aws:SourceIdentity': identity }),
      },
    });
    const assumed = callerIdentity(session);
    const issued = call.host.issueCredentials(session, seconds);
    return {
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: new Date(issued.expiresAt),
      },
      AssumedRoleUser: { AssumedRoleId: assumed.userId, Arn: assumed.arn },
      ...(packedPercent === 0 ? {} : { PackedPolicySize: packedPercent }),
      ...(identity === undefined ? {} : { SourceIdentity: identity }),
    };
  },
});
