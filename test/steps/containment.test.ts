import { compile } from '@cordon/iam';
import {
  functionName,
  ISOLATION_GROUP_NAME,
  parsePolicy,
  SESSION_DENY_TAG_KEYS,
  TAGS,
} from '@cordon/incident';
import { addSecurityGroup, iamState, type JournalCall } from '@cordon/local-aws';
import { describe, expect, it } from 'vitest';
import { config } from '../../cordon.config.ts';
import { attachInterface } from './attach-interface.ts';
import { play, type Stage } from './play.ts';

const interfacesOf = ({ ec2, suspect }: Stage) =>
  suspect.networkInterfaceIds.flatMap((id) => ec2.networkInterfaces.get(id) ?? []);

const isolationGroups = ({ ec2 }: Stage) =>
  [...ec2.securityGroups.values()].filter(({ name }) => name === ISOLATION_GROUP_NAME);

/** A group with our name in the first interface's VPC, as somebody else may make one. */
const plantGroup = (stage: Stage, tags: Readonly<Record<string, string>>): void => {
  const [nic] = interfacesOf(stage);
  addSecurityGroup(
    stage.ec2,
    {
      name: ISOLATION_GROUP_NAME,
      description: 'by somebody',
      vpcId: nic?.vpcId ?? '',
      ownerId: stage.suspect.account,
      tags,
    },
    stage.organization.ids,
  );
};

const roleOf = ({ organization, suspect }: Stage, name: string) => {
  const role = organization.world.of(iamState, suspect.account, '').roles.get(name);
  if (role === undefined) throw new Error(`the member account has no role ${name}`);
  return role;
};

const suspectRole = (stage: Stage) => roleOf(stage, stage.suspect.roleArn?.split('/').at(-1) ?? '');

describe('isolating the network', () => {
  it('refuses a group of our name that somebody else made, says so, and calls a person', async () => {
    const played = await play({ furnish: (stage) => plantGroup(stage, {}) });

    expect(played.kinds).toContain('containment-open');
    expect(played.kinds).toContain('needs-a-person');
    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('was not made by us');
    const [nic] = interfacesOf(played);
    expect(
      isolationGroups(played)
        .filter(({ tags }) => !tags.has(TAGS.isolation))
        .map(({ groupId }) => groupId),
    ).not.toContain(nic?.groups[0]);
  });

  it('empties an isolation group of ours that somebody gave rules, then uses it', async () => {
    const played = await play({ furnish: (stage) => plantGroup(stage, { [TAGS.isolation]: 'true' }) });

    expect(played.kinds).toContain('contained');
    expect(isolationGroups(played).flatMap(({ permissions }) => permissions)).toEqual([]);
  });

  it('finds the group of the winner when another maker was faster', async () => {
    let planted = false;
    const played = await play({
      meanwhile: ({ operation }, stage) => {
        if (operation !== 'CreateSecurityGroup' || planted) return;
        planted = true;
        plantGroup(stage, { [TAGS.isolation]: 'true' });
      },
    });

    expect(planted).toBe(true);
    expect(played.kinds).toContain('contained');
    const vpcs = isolationGroups(played).map(({ vpcId }) => vpcId);
    expect(new Set(vpcs).size).toBe(vpcs.length);
  });

  it('does not say contained while an attacker puts an interface back before it is read', async () => {
    const played = await play({
      meanwhile: ({ operation, caller }, stage) => {
        if (operation !== 'DescribeNetworkInterfaces' || !caller.includes('cordon-inspect')) return;
        const [nic] = interfacesOf(stage);
        const open = [...stage.ec2.securityGroups.values()].find(
          (group) => group.vpcId === nic?.vpcId && group.name !== ISOLATION_GROUP_NAME,
        );
        if (nic !== undefined && open !== undefined) nic.groups = [open.groupId];
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('which is no empty isolation group of ours');
    expect(played.kinds).toContain('needs-a-person');
  });

  it('does not say contained while an attacker gives the isolation group a rule before it is read', async () => {
    const played = await play({
      meanwhile: ({ operation, caller }, stage) => {
        if (operation !== 'DescribeSecurityGroups' || !caller.includes('cordon-inspect')) return;
        for (const group of isolationGroups(stage)) {
          group.permissions = [
            {
              ruleId: 'sgr-0123456789abcdef0',
              direction: 'egress',
              protocol: '-1',
              fromPort: undefined,
              toPort: undefined,
              target: { kind: 'ipv6', cidr: '::/0' },
            },
          ];
        }
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.kinds).toContain('containment-open');
  });

  it('states that an interface is another service’s to change, and isolates the others', async () => {
    const played = await play({
      furnish: ({ ec2, suspect }) => {
        const id = suspect.networkInterfaceIds[1] ?? '';
        const nic = ec2.networkInterfaces.get(id);
        if (nic !== undefined) ec2.networkInterfaces.set(id, { ...nic, requesterManaged: true });
      },
    });

    const [first, managed] = interfacesOf(played);
    expect(isolationGroups(played).map(({ groupId }) => groupId)).toContain(first?.groups[0]);
    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain(managed?.networkInterfaceId);
    expect(played.kinds).toContain('needs-a-person');
  });

  it('isolates more interfaces than one session may name', async () => {
    const played = await play({
      furnish: (stage) => {
        for (let more = 0; more < 8; more += 1) attachInterface(stage);
      },
    });

    expect(played.kinds).toContain('contained');
    // Two sessions for ten interfaces, and one for what closes paths beside them.
    expect(played.callsOf('AssumeRole', functionName('isolate-network'))).toHaveLength(3);
    const groups = new Set(isolationGroups(played).map(({ groupId }) => groupId));
    const nics = [...played.ec2.networkInterfaces.values()].filter(
      ({ attachment }) => attachment?.instanceId === played.suspect.instanceId,
    );
    expect(nics).toHaveLength(10);
    expect(nics.filter((nic) => nic.groups.length !== 1 || !groups.has(nic.groups[0] ?? ''))).toEqual([]);
  });
});

describe('the way to the last interface', () => {
  it('is no longer with more interfaces, volumes or findings: calls side by side, not one after the other', async () => {
    /** The longest chain of calls, each sent after the reply of the one before, that ends with the last interface. */
    const chainOf = ({ calls }: { readonly calls: readonly JournalCall[] }): number => {
      const isolating = calls.filter(({ operation }) => operation === 'ModifyNetworkInterfaceAttribute');
      const last = isolating.filter(({ input }) => 'Groups' in input).at(-1);
      let chain = 0;
      let before = last?.sentAt ?? 0;
      for (;;) {
        const ended = calls.filter(({ repliedAt }) => repliedAt !== undefined && repliedAt <= before);
        const latest = ended.toSorted((a, b) => (a.repliedAt ?? 0) - (b.repliedAt ?? 0)).at(-1);
        if (latest === undefined) return chain;
        chain += 1;
        before = latest.sentAt;
      }
    };
    const few = await play({ scenario: 'second-incident' });
    const many = await play({
      scenario: 'second-incident',
      furnish: (stage) => {
        for (let more = 0; more < 20; more += 1) attachInterface(stage);
      },
    });
    expect(many.callsOf('ModifyNetworkInterfaceAttribute').length).toBeGreaterThan(40);
    expect(chainOf(many)).toBe(chainOf(few));
  });
});

describe('cutting credentials', () => {
  it('removes the profile where the quarantine role may not be passed', async () => {
    const played = await play({
      furnish: (stage) => {
        const revoke = roleOf(stage, 'cordon-revoke');
        const refuse = { Effect: 'Deny', Action: 'iam:PassRole', Resource: '*' };
        revoke.inline.set('refuse', compile({ Version: '2012-10-17', Statement: [refuse] }, 'refuse'));
      },
    });

    expect(played.outcomesOf('step#revoke-credentials#0')).toContain('was removed, for the swap was refused');
    expect(played.kinds).toContain('contained');
    expect(
      [...played.ec2.profileAssociations.values()].filter(
        ({ instanceId, state }) => instanceId === played.suspect.instanceId && state !== 'disassociated',
      ),
    ).toEqual([]);
  });

  it('calls a person when the role names four contained instances already, and isolates all the same', async () => {
    const played = await play({
      furnish: (stage) => {
        for (const [index, key] of SESSION_DENY_TAG_KEYS.entries())
          suspectRole(stage).tags.set(key, `i-000000000000000${index}`);
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('needs-a-person')).toMatch(
      /deny-sessions refused: .* are NOT denied: the role already names 4 contained instances; .*'put-role-policy'/,
    );
    expect(played.callsOf('TagRole')).toEqual([]);
    const groups = isolationGroups(played).map(({ groupId }) => groupId);
    expect(interfacesOf(played).filter((nic) => !groups.includes(nic.groups[0] ?? ''))).toEqual([]);
  });

  it('does not say contained when AWS refuses to mark the role', async () => {
    const played = await play({
      furnish: (stage) => {
        const revoke = roleOf(stage, 'cordon-revoke');
        const refuse = { Effect: 'Deny', Action: ['iam:TagRole', 'iam:AttachRolePolicy'], Resource: '*' };
        revoke.inline.set('refuse', compile({ Version: '2012-10-17', Statement: [refuse] }, 'refuse'));
      },
    });

    expect(played.kinds).not.toContain('contained');
    expect(played.reasonsOf('containment-open')).toContain('is not marked with the instance');
    expect(played.reasonsOf('needs-a-person')).toContain('deny-sessions failed: AccessDenied');
  });
});

describe('instances of other kinds', () => {
  it('asks a person about an instance that a service manages, and secures its disks', async () => {
    const played = await play({
      furnish: ({ ec2, suspect }) => {
        const instance = ec2.instances.get(suspect.instanceId);
        if (instance !== undefined)
          ec2.instances.set(suspect.instanceId, { ...instance, managedBy: 'eks.amazonaws.com' });
      },
    });

    expect(played.callsOf('ModifyNetworkInterfaceAttribute')).toEqual([]);
    expect(played.reasonsOf('needs-a-person')).toContain('managed by eks.amazonaws.com');
    expect(played.kinds.filter((kind) => kind === 'evidence-secured')).toHaveLength(3);
  });

  it('contains a Spot instance without asking for a protection that EC2 refuses it', async () => {
    const played = await play({
      furnish: ({ ec2, suspect }) => {
        const instance = ec2.instances.get(suspect.instanceId);
        if (instance !== undefined) ec2.instances.set(suspect.instanceId, { ...instance, lifecycle: 'spot' });
      },
    });

    expect(played.kinds).toContain('incident-sealed');
    expect(
      played.callsOf('ModifyInstanceAttribute').filter(({ input }) => 'DisableApiTermination' in input),
    ).toEqual([]);
  });

  it('stops the instance after the freeze and the isolation when the policy says so', async () => {
    const played = await play({
      config: { ...config, policy: parsePolicy({ schemaVersion: 1, stop: 'after-freeze' }) },
    });

    const [frozen] = played.callsOf('CreateSnapshots');
    const isolated = played.callsOf('ModifyNetworkInterfaceAttribute').at(-1);
    const [stopped] = played.callsOf('StopInstances');
    expect(played.ec2.instances.get(played.suspect.instanceId)?.state).toBe('stopped');
    expect(stopped?.sentAt).toBeGreaterThan(frozen?.repliedAt ?? Infinity);
    expect(stopped?.sentAt).toBeGreaterThan(isolated?.repliedAt ?? Infinity);
    expect(played.kinds).toContain('incident-sealed');
  });
});
