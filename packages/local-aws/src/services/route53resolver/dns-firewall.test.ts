import { describe, expect, it } from 'vitest';
import { addVpc, ec2State } from '../../index.ts';
import { ACCOUNT, bench, OTHER_ACCOUNT, REGION, rootOf, type Bench } from '../testing.ts';
import { answerTo, matchesName } from './answer.ts';
import { DNS_FIREWALL_DURATIONS } from './durations.ts';
import { route53resolverService } from './service.ts';
import { dnsFirewallState } from './state.ts';

type Made = Readonly<Record<string, { readonly Id: string; readonly Status: string }>>;

const setUp = () => {
  const on = bench(route53resolverService);
  const { vpcId } = addVpc(
    on.world.of(ec2State, ACCOUNT, REGION),
    { cidr: '10.0.0.0/16', ownerId: ACCOUNT },
    on.ids,
  );
  return { on, vpcId };
};

/** A request a second: the quota is not what is tried. */
const ask = async <Output extends object = Made>(
  on: Bench,
  operation: string,
  input: object,
): Promise<Output> => {
  await on.pass(1_000);
  return on.perform<Output>(operation, input);
};

const idOf = (made: Made): string => Object.values(made)[0]?.Id ?? '';

const listOf = async (on: Bench, domains: readonly string[], name = 'list'): Promise<string> => {
  const id = idOf(await ask(on, 'CreateFirewallDomainList', { CreatorRequestId: name, Name: name }));
  await ask(on, 'UpdateFirewallDomains', { FirewallDomainListId: id, Operation: 'ADD', Domains: domains });
  return id;
};

interface Block {
  readonly domains: readonly string[];
  readonly priority: number;
  readonly action?: string;
  readonly name?: string;
}

/** A rule group with one rule, at work in the VPC. */
const block = async (
  { on, vpcId }: ReturnType<typeof setUp>,
  { domains, priority, action = 'BLOCK', name = 'first' }: Block,
) => {
  const FirewallDomainListId = await listOf(on, domains, name);
  const FirewallRuleGroupId = idOf(
    await ask(on, 'CreateFirewallRuleGroup', { CreatorRequestId: name, Name: name }),
  );
  await ask(on, 'CreateFirewallRule', {
    FirewallDomainListId,
    FirewallRuleGroupId,
    Priority: 1,
    Action: action,
    ...(action === 'BLOCK' ? { BlockResponse: 'NODATA' } : {}),
    Name: name,
  });
  const made = await ask(on, 'AssociateFirewallRuleGroup', {
    CreatorRequestId: name,
    FirewallRuleGroupId,
    VpcId: vpcId,
    Priority: priority,
    Name: name,
  });
  return { FirewallDomainListId, FirewallRuleGroupId, FirewallRuleGroupAssociationId: idOf(made) };
};

describe('what the resolver answers', () => {
  it.each([
    ['evil.example', 'evil.example', true],
    ['evil.example', 'a.evil.example', false],
    ['*.evil.example', 'a.b.evil.example', true],
    ['*.evil.example', 'evil.example', false],
    ['*.evil.example', 'notevil.example', false],
    ['*', 'anything.example', true],
  ])('%s and %s: %s', (specification, name, matches) => {
    expect(matchesName(specification, name)).toBe(matches);
  });

  it('blocks what a rule names once the association is complete, and nothing else', async () => {
    const made = setUp();
    const { on, vpcId } = made;
    await block(made, { domains: ['evil.example', '*.evil.example'], priority: 101 });
    expect(answerTo(on.world, vpcId, 'x.evil.example').kind).toBe('resolved');
    await on.pass(DNS_FIREWALL_DURATIONS.associate);
    expect(answerTo(on.world, vpcId, 'X.Evil.example.')).toMatchObject({
      kind: 'blocked',
      response: 'NODATA',
    });
    expect(answerTo(on.world, vpcId, 'good.example').kind).toBe('resolved');
    expect(answerTo(on.world, 'vpc-other', 'x.evil.example').kind).toBe('resolved');
  });

  it('lets the rule group with the lowest priority decide: an allow before a block lets the query through', async () => {
    const made = setUp();
    await block(made, { domains: ['*'], priority: 500, name: 'second' });
    await block(made, { domains: ['good.example'], priority: 101, action: 'ALLOW' });
    await made.on.pass(10_000);
    expect(answerTo(made.on.world, made.vpcId, 'good.example').kind).toBe('resolved');
    expect(answerTo(made.on.world, made.vpcId, 'bad.example').kind).toBe('blocked');
  });

  it('is closed while DNS Firewall does not answer, unless the VPC was configured to fail open', async () => {
    const made = setUp();
    const { on, vpcId } = made;
    await block(made, { domains: ['evil.example'], priority: 101 });
    await on.pass(10_000);
    on.world.of(dnsFirewallState, ACCOUNT, REGION).impaired = true;
    expect(answerTo(on.world, vpcId, 'good.example')).toMatchObject({
      kind: 'blocked',
      response: 'SERVFAIL',
    });
    await ask(on, 'UpdateFirewallConfig', { ResourceId: vpcId, FirewallFailOpen: 'ENABLED' });
    expect(answerTo(on.world, vpcId, 'evil.example').kind).toBe('resolved');
    expect(await ask(on, 'GetFirewallConfig', { ResourceId: vpcId })).toMatchObject({
      FirewallConfig: { FirewallFailOpen: 'ENABLED', OwnerId: ACCOUNT },
    });
  });
});

describe('domain lists', () => {
  it('take a while to update, add, remove and replace, and are listed', async () => {
    const { on } = setUp();
    const id = await listOf(on, ['a.example', '*.A.example']);
    expect(await on.perform('GetFirewallDomainList', { FirewallDomainListId: id })).toMatchObject({
      FirewallDomainList: { Status: 'UPDATING', DomainCount: 2 },
    });
    await on.pass(DNS_FIREWALL_DURATIONS.updateDomains);
    const change = async (Operation: string, Domains: readonly string[]) => {
      await ask(on, 'UpdateFirewallDomains', { FirewallDomainListId: id, Operation, Domains });
      return ask<{ Domains: string[] }>(on, 'ListFirewallDomains', { FirewallDomainListId: id });
    };
    expect(await change('REMOVE', ['a.example'])).toEqual({ Domains: ['*.a.example'] });
    expect(await change('REPLACE', ['b.example'])).toEqual({ Domains: ['b.example'] });
    await expect(change('ADD', ['under_score.example'])).rejects.toMatchObject({
      code: 'ValidationException',
    });
    await expect(change('MERGE', ['c.example'])).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('are made once, however often the same request comes', async () => {
    const { on } = setUp();
    const input = { CreatorRequestId: 'r', Name: 'one' };
    const first = await ask(on, 'CreateFirewallDomainList', input);
    expect(idOf(await ask(on, 'CreateFirewallDomainList', input))).toBe(idOf(first));
    const { FirewallDomainLists } = await ask<{ FirewallDomainLists: object[] }>(
      on,
      'ListFirewallDomainLists',
      {},
    );
    expect(FirewallDomainLists).toEqual([
      expect.objectContaining({ Id: idOf(first), Name: 'one', CreatorRequestId: 'r' }),
    ]);
  });

  it('stay while a rule uses them', async () => {
    const made = setUp();
    const { FirewallDomainListId } = await block(made, { domains: ['evil.example'], priority: 101 });
    await expect(ask(made.on, 'DeleteFirewallDomainList', { FirewallDomainListId })).rejects.toMatchObject({
      code: 'ConflictException',
    });
  });
});

describe('rule groups', () => {
  it('stay while they have a rule or a VPC, and go when they have neither', async () => {
    const made = setUp();
    const { on } = made;
    const { FirewallRuleGroupAssociationId, ...of } = await block(made, { domains: [], priority: 101 });
    const { FirewallRuleGroupId } = of;
    const remove = async () => ask(on, 'DeleteFirewallRuleGroup', { FirewallRuleGroupId });
    await expect(remove()).rejects.toMatchObject({ code: 'ConflictException' });
    const ended = await ask(on, 'DisassociateFirewallRuleGroup', { FirewallRuleGroupAssociationId });
    expect(ended).toMatchObject({ FirewallRuleGroupAssociation: { Status: 'DELETING' } });
    await on.pass(DNS_FIREWALL_DURATIONS.disassociate);
    await expect(remove()).rejects.toMatchObject({ code: 'ConflictException' });
    await ask(on, 'DeleteFirewallRule', of);
    await remove();
    expect(await ask(on, 'ListFirewallRuleGroups', {})).toEqual({ FirewallRuleGroups: [] });
    await expect(ask(on, 'GetFirewallRuleGroup', { FirewallRuleGroupId })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('have one rule for a list, need an answer to block with, and refuse what is not implemented', async () => {
    const made = setUp();
    const { FirewallDomainListId, FirewallRuleGroupId } = await block(made, { domains: [], priority: 101 });
    const again = { FirewallDomainListId, FirewallRuleGroupId, Priority: 2, Action: 'ALERT', Name: 'again' };
    const refused = async (input: object) =>
      ask(made.on, 'CreateFirewallRule', input).then(
        () => 'taken',
        ({ code }: { readonly code: string }) => code,
      );
    expect(await refused(again)).toBe('ValidationException');
    const other = { ...again, FirewallDomainListId: await listOf(made.on, [], 'other') };
    expect(await refused({ ...other, Action: 'BLOCK' })).toBe('ValidationException');
    expect(await refused({ ...other, Qtype: 'TXT' })).toBe('UnsupportedOperation');
    expect(await refused({ ...other, Action: 'BLOCK', BlockResponse: 'OVERRIDE' })).toBe(
      'UnsupportedOperation',
    );
    expect(await refused(other)).toBe('taken');
  });
});

describe('associations', () => {
  it('need a priority of their own between 100 and 9900, and are five for a VPC at most', async () => {
    const made = setUp();
    for (const priority of [101, 102, 103, 104, 105])
      await block(made, { domains: [], priority, name: `group ${priority}` });
    const failing = async (priority: number) =>
      block(made, { domains: [], priority, name: `more ${priority}` }).then(
        () => 'taken',
        ({ code }: { readonly code: string }) => code,
      );
    expect(await failing(100)).toBe('ValidationException');
    expect(await failing(105)).toBe('ValidationException');
    expect(await failing(106)).toBe('LimitExceededException');
  });

  it('are for VPCs of the own account, and stay while they are protected', async () => {
    const made = setUp();
    const { on } = made;
    const { FirewallRuleGroupId } = await block(made, { domains: [], priority: 101 });
    const other = idOf(await ask(on, 'CreateFirewallRuleGroup', { CreatorRequestId: 'x', Name: 'x' }));
    const input = { CreatorRequestId: 'y', Priority: 102, Name: 'y', FirewallRuleGroupId: other };
    await expect(
      ask(on, 'AssociateFirewallRuleGroup', { ...input, VpcId: 'vpc-shared' }),
    ).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(
      ask(on, 'AssociateFirewallRuleGroup', { ...input, FirewallRuleGroupId, VpcId: made.vpcId }),
    ).rejects.toMatchObject({ code: 'ConflictException' });
    const kept = await ask(on, 'AssociateFirewallRuleGroup', {
      ...input,
      VpcId: made.vpcId,
      MutationProtection: 'ENABLED',
    });
    const FirewallRuleGroupAssociationId = idOf(kept);
    await on.pass(DNS_FIREWALL_DURATIONS.associate);
    await expect(
      ask(on, 'DisassociateFirewallRuleGroup', { FirewallRuleGroupAssociationId }),
    ).rejects.toMatchObject({ code: 'ConflictException' });
    expect(
      await ask(on, 'GetFirewallRuleGroupAssociation', { FirewallRuleGroupAssociationId }),
    ).toMatchObject({
      FirewallRuleGroupAssociation: { MutationProtection: 'ENABLED', Status: 'COMPLETE' },
    });
    const { FirewallRuleGroupAssociations } = await ask<{ FirewallRuleGroupAssociations: object[] }>(
      on,
      'ListFirewallRuleGroupAssociations',
      { VpcId: made.vpcId, FirewallRuleGroupId: other },
    );
    expect(FirewallRuleGroupAssociations).toHaveLength(1);
  });
});

describe('every operation', () => {
  it('is refused when it is the sixth of its account and Region within a second', async () => {
    const { on } = setUp();
    const list = async (caller = rootOf(ACCOUNT)) => on.perform('ListFirewallDomainLists', {}, { caller });
    for (let count = 0; count < 5; count += 1) await list();
    await expect(list()).rejects.toMatchObject({ code: 'ThrottlingException' });
    expect(await list(rootOf(OTHER_ACCOUNT))).toEqual({ FirewallDomainLists: [] });
    await on.pass(1_000);
    expect(await list()).toEqual({ FirewallDomainLists: [] });
  });

  it('is authorized with the tags of what it is about, and of what it makes', async () => {
    const { on } = setUp();
    const Tags = [{ Key: 'team', Value: 'shop' }];
    const input = { CreatorRequestId: 'r', Name: 'one', Tags };
    expect(on.checksOf('CreateFirewallDomainList', input)).toEqual(
      ['CreateFirewallDomainList', 'TagResource'].map((action) => ({
        action: `route53resolver:${action}`,
        resource: `arn:aws:route53resolver:${REGION}:${ACCOUNT}:firewall-domain-list/*`,
        context: { 'aws:TagKeys': ['team'], 'aws:RequestTag/team': 'shop' },
      })),
    );
    const FirewallDomainListId = idOf(await ask(on, 'CreateFirewallDomainList', input));
    expect(on.checksOf('UpdateFirewallDomains', { FirewallDomainListId })).toEqual([
      {
        action: 'route53resolver:UpdateFirewallDomains',
        resource: `arn:aws:route53resolver:${REGION}:${ACCOUNT}:firewall-domain-list/${FirewallDomainListId}`,
        context: { 'aws:ResourceTag/team': 'shop' },
      },
    ]);
  });

  it('tags and untags by ARN', async () => {
    const { on } = setUp();
    const made = await ask<Readonly<Record<string, { readonly Arn: string }>>>(
      on,
      'CreateFirewallRuleGroup',
      {
        CreatorRequestId: 'r',
        Name: 'one',
        Tags: [{ Key: 'a', Value: '1' }],
      },
    );
    const ResourceArn = Object.values(made)[0]?.Arn ?? '';
    await ask(on, 'TagResource', { ResourceArn, Tags: [{ Key: 'b', Value: '2' }] });
    await ask(on, 'UntagResource', { ResourceArn, TagKeys: ['a'] });
    expect(await ask(on, 'ListTagsForResource', { ResourceArn })).toEqual({
      Tags: [{ Key: 'b', Value: '2' }],
    });
    await expect(ask(on, 'ListTagsForResource', { ResourceArn: `${ResourceArn}x` })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
    await expect(
      ask(on, 'CreateFirewallRuleGroup', { CreatorRequestId: 's', Name: '42' }),
    ).rejects.toMatchObject({ code: 'ValidationException' });
  });
});
