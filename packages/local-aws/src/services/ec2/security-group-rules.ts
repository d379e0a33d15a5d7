import type {
  AuthorizeSecurityGroupEgressCommandInput,
  AuthorizeSecurityGroupIngressCommandInput,
  DescribeSecurityGroupRulesCommandInput,
  DescribeSecurityGroupRulesCommandOutput,
  RevokeSecurityGroupEgressCommandInput,
  RevokeSecurityGroupIngressCommandInput,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { ServiceFault } from '../../core/fault.ts';
import { operation, type Call, type Operation } from '../../core/operation.ts';
import { acceptInput, required } from './accept-input.ts';
import { applyFilters, page } from './describe.ts';
import { stateOf } from './lookup.ts';
import {
  parsePermissions,
  permissionKey,
  renderRule,
  withRuleId,
  type NewPermission,
} from './permissions.ts';
import { describeCheck, resourceCheck } from './resource-checks.ts';
import { idKinds, requireAll, requireOne } from './resource-ids.ts';
import { requireOwn, visibleGroups } from './sharing.ts';
import type { Ec2State, Permission, SecurityGroup } from './state.ts';

type Direction = Permission['direction'];
type AuthorizeInput = AuthorizeSecurityGroupIngressCommandInput & AuthorizeSecurityGroupEgressCommandInput;
type RevokeInput = RevokeSecurityGroupIngressCommandInput & RevokeSecurityGroupEgressCommandInput;

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html : default quota for each direction. */
const MOST_RULES = 60;

const groupOf = (call: Call, operationName: string, groupId: string | undefined): SecurityGroup =>
  requireOwn(
    {
      kind: idKinds.securityGroup,
      own: stateOf(call).securityGroups,
      visible: visibleGroups(call),
      operationName,
    },
    required(groupId, 'groupId'),
  );

/**
 * Adds permissions to a group, all or none.
 *
 * @throws ServiceFault InvalidPermission.Duplicate, InvalidGroup.NotFound, RulesPerSecurityGroupLimitExceeded
 */
export const authorizePermissions = (
  state: Ec2State,
  group: SecurityGroup,
  {
    wanted,
    withIds,
  }: { wanted: readonly NewPermission[]; withIds: (permission: NewPermission) => Permission },
): readonly Permission[] => {
  const present = new Set(group.permissions.map(permissionKey));
  for (const permission of wanted) {
    const key = permissionKey(permission);
    if (present.has(key)) {
      throw new ServiceFault('InvalidPermission.Duplicate', `the specified rule "${key}" already exists`);
    }
    present.add(key);
    if (permission.target.kind === 'group')
      requireOne(idKinds.securityGroup, state.securityGroups, permission.target.groupId);
  }
  for (const direction of ['ingress', 'egress'] as const) {
    const count = [...group.permissions, ...wanted].filter(
      (permission) => permission.direction === direction,
    ).length;
    if (count > MOST_RULES) {
      throw new ServiceFault(
        'RulesPerSecurityGroupLimitExceeded',
        `The maximum number of rules per security group has been reached: ${MOST_RULES}`,
      );
    }
  }
  const added = wanted.map(withIds);
  group.permissions = [...group.permissions, ...added];
  return added;
};

const authorize = (direction: Direction, name: string): Operation =>
  operation<AuthorizeInput, { Return: boolean; SecurityGroupRules: SecurityGroupRule[] }>({
    checks: (input, call) => [
      resourceCheck(name, call, { type: 'security-group', id: input.GroupId ?? '*' }),
    ],
    run: (input, call) => {
      acceptInput(input, name, ['GroupId', 'IpPermissions']);
      const group = groupOf(call, name, input.GroupId);
      const wanted = parsePermissions(required(input.IpPermissions, 'ipPermissions'), direction);
      const added = authorizePermissions(stateOf(call), group, {
        wanted,
        withIds: (permission) => withRuleId(permission, call.ids),
      });
      return { Return: true, SecurityGroupRules: added.map((permission) => renderRule(group, permission)) };
    },
  });

const rulesToRevoke = (
  input: RevokeInput,
  group: SecurityGroup,
  direction: Direction,
): readonly Permission[] => {
  const present = group.permissions.filter((permission) => permission.direction === direction);
  if (input.SecurityGroupRuleIds !== undefined && input.IpPermissions !== undefined) {
    throw new ServiceFault(
      'InvalidParameterCombination',
      'The parameters ipPermissions and securityGroupRuleIds cannot be used together',
    );
  }
  if (input.SecurityGroupRuleIds !== undefined) {
    return requireAll(
      idKinds.rule,
      new Map(present.map((permission) => [permission.ruleId, permission])),
      input.SecurityGroupRuleIds,
    );
  }
  return parsePermissions(required(input.IpPermissions, 'ipPermissions'), direction).map((wanted) => {
    const key = permissionKey(wanted);
    const found = present.find((permission) => permissionKey(permission) === key);
    // "For a nondefault VPC, if the values you specify do not match the existing rule's values, an
    // InvalidPermission.NotFound client error is returned, and no rules are revoked."
    // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html
    if (found === undefined) {
      throw new ServiceFault(
        'InvalidPermission.NotFound',
        'The specified rule does not exist in this security group.',
      );
    }
    return found;
  });
};

const revoke = (direction: Direction, name: string): Operation =>
  operation<RevokeInput, object>({
    // By group alone, also where the request names rules by id: the reference lists no other resource.
    checks: (input, call) => [
      resourceCheck(name, call, { type: 'security-group', id: input.GroupId ?? '*' }),
    ],
    run: (input, call) => {
      acceptInput(input, name, ['GroupId', 'IpPermissions', 'SecurityGroupRuleIds']);
      const group = groupOf(call, name, input.GroupId);
      const gone = new Set(rulesToRevoke(input, group, direction));
      group.permissions = group.permissions.filter((permission) => !gone.has(permission));
      return {
        Return: true,
        UnknownIpPermissions: [],
        RevokedSecurityGroupRules: [...gone].map((permission) => {
          const {
            SecurityGroupRuleId,
            GroupId,
            IsEgress,
            IpProtocol,
            FromPort,
            ToPort,
            CidrIpv4,
            CidrIpv6,
            PrefixListId,
            Description,
          } = renderRule(group, permission);
          return {
            SecurityGroupRuleId,
            GroupId,
            IsEgress,
            IpProtocol,
            FromPort,
            ToPort,
            CidrIpv4,
            CidrIpv6,
            PrefixListId,
            Description,
          };
        }),
      };
    },
  });

interface Rule {
  readonly group: SecurityGroup;
  readonly permission: Permission;
}

const describeSecurityGroupRules = operation<
  DescribeSecurityGroupRulesCommandInput,
  Omit<DescribeSecurityGroupRulesCommandOutput, '$metadata'>
>({
  checks: (_input, call) => describeCheck('DescribeSecurityGroupRules', call),
  run: (input, call) => {
    acceptInput(input, 'DescribeSecurityGroupRules', [
      'SecurityGroupRuleIds',
      'Filters',
      'MaxResults',
      'NextToken',
    ]);
    const rules = new Map<string, Rule>(
      [...stateOf(call).securityGroups.values()].flatMap((group) =>
        group.permissions.map((permission) => [permission.ruleId, { group, permission }] as const),
      ),
    );
    const ids = input.SecurityGroupRuleIds;
    const asked = ids?.length ? requireAll(idKinds.rule, rules, ids) : [...rules.values()];
    const kept = applyFilters<Rule & { readonly tags?: ReadonlyMap<string, string> }>(asked, input.Filters, {
      'group-id': ({ group }) => [group.groupId],
      'security-group-rule-id': ({ permission }) => [permission.ruleId],
    });
    const shown = page(kept, input, ids);
    return {
      SecurityGroupRules: shown.items.map(({ group, permission }) => renderRule(group, permission)),
      NextToken: shown.nextToken,
    };
  },
});

/** Operations of the rules of security groups. */
export const securityGroupRuleOperations = {
  AuthorizeSecurityGroupIngress: authorize('ingress', 'AuthorizeSecurityGroupIngress'),
  AuthorizeSecurityGroupEgress: authorize('egress', 'AuthorizeSecurityGroupEgress'),
  RevokeSecurityGroupIngress: revoke('ingress', 'RevokeSecurityGroupIngress'),
  RevokeSecurityGroupEgress: revoke('egress', 'RevokeSecurityGroupEgress'),
  DescribeSecurityGroupRules: describeSecurityGroupRules,
};
