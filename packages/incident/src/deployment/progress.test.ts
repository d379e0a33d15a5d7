import { describe, expect, it } from 'vitest';
import { begun, dueStages, ended, noProgress, planDeployment, refusal, removed } from './progress.ts';
import { planRemoval, removalRefusal } from './removal.ts';
import { deploymentStages, type Stage } from './stages.ts';
import { standingUsd } from './standing-cost.ts';

const stages = deploymentStages({
  accounts: {
    management: '111111111111',
    security: '222222222222',
    evidence: '333333333333',
    forensics: '444444444444',
  },
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1'],
});
const AT = '2026-11-22T03:00:00.000Z';
const organizationId = 'o-a1b2c3d4e5';
const nothing = noProgress(organizationId);
const digestOf = ({ stack }: Stage): string => `digest of ${stack}`;
const all = planDeployment(stages, nothing, digestOf).reduce(
  (progress, line) => ended(begun(progress, line.stage, AT), line, AT),
  nothing,
);
const asked = { organizationId, resume: false };

describe('a plan of a deployment', () => {
  it('makes everything at first, and does nothing again', () => {
    expect(planDeployment(stages, nothing, digestOf).map(({ act }) => act)).toEqual(
      stages.map(() => 'create'),
    );
    expect(dueStages(planDeployment(stages, all, digestOf), all, undefined)).toEqual([]);
  });

  it('does what changed alone: another template, or another account', () => {
    const changed = planDeployment(stages, all, (stage) =>
      stage.stack === 'CordonEvidenceHome' ? 'other' : digestOf(stage),
    );
    expect(dueStages(changed, all, undefined).map(({ stage }) => stage.stack)).toEqual([
      'CordonEvidenceHome',
    ]);
    const moved = stages.map((stage) =>
      stage.stack === 'CordonRollout'
        ? { ...stage, account: { ...stage.account, id: '555555555555' } }
        : stage,
    );
    const due = dueStages(planDeployment(moved, all, digestOf), all, undefined);
    expect(due.map(({ stage, act }) => [stage.stack, act])).toEqual([['CordonRollout', 'update']]);
  });

  it('does a stage again that was begun and not seen to end, and refuses to begin without --resume', () => {
    const [first] = stages;
    if (first === undefined) throw new Error('no stages');
    const broken = begun(all, first, AT);
    const plan = planDeployment(stages, broken, digestOf);
    expect(refusal(plan, broken, asked)).toContain('CordonSecurityHome@eu-west-1');
    expect(refusal(plan, broken, { ...asked, resume: true })).toBeUndefined();
    expect(dueStages(plan, broken, undefined).map(({ stage }) => stage.id)).toEqual([first.id]);
  });

  it('refuses the state of another organization, an unknown stage, and one whose ground is missing', () => {
    const plan = planDeployment(stages, nothing, digestOf);
    expect(refusal(plan, nothing, { ...asked, organizationId: 'o-zzzzzzzzzz' })).toContain('o-a1b2c3d4e5');
    expect(refusal(plan, nothing, { ...asked, only: 'CordonNothing' })).toContain('CordonSecurityHome');
    expect(refusal(plan, nothing, { ...asked, only: 'CordonEvidenceHome' })).toContain(
      'stands on CordonSecurityHome@eu-west-1',
    );
    expect(refusal(plan, nothing, { ...asked, only: 'CordonSecurityHome' })).toBeUndefined();
    expect(dueStages(plan, nothing, 'CordonSecurityHome')).toHaveLength(1);
  });
});

describe('a plan of a removal', () => {
  it('begins with guardrails, goes backwards, and keeps what evidence is kept by', () => {
    const plan = planRemoval(stages, all);
    expect(plan[0]?.stage.stack).toBe('CordonGuardrails');
    expect(plan.filter(({ does }) => does === 'keep').map(({ stage }) => stage.account.name)).toEqual([
      'evidence',
      'evidence',
    ]);
    expect(plan.filter(({ does }) => does === 'remove').at(-1)?.stage.stack).toBe('CordonSecurityHome');
  });

  it('keeps evidence even where the state has lost it, and removes nothing that was not deployed', () => {
    const doings = new Set(planRemoval(stages, nothing).map(({ does }) => does));
    expect([...doings].toSorted()).toEqual(['keep', 'not-deployed']);
  });

  it('goes on after what was removed', () => {
    const [guardrails] = planRemoval(stages, all);
    if (guardrails === undefined) throw new Error('no stages');
    const after = removed(begun(all, guardrails.stage, AT), guardrails.stage);
    expect(after.underway).toBeUndefined();
    expect(planRemoval(stages, after)[0]?.does).toBe('not-deployed');
  });

  it('is refused while an incident holds an instance, and names it', () => {
    expect(removalRefusal([])).toBeUndefined();
    const open = {
      incident: 'inc-1',
      account: '666666666666',
      region: 'eu-west-1',
      instance: 'i-1',
      status: 'contained',
    };
    expect(removalRefusal([open])).toContain('inc-1 (contained, i-1 in 666666666666, eu-west-1)');
  });
});

describe('what a stack costs while nothing happens', () => {
  it('counts keys, alarms and endpoints by their zones, and nothing that is charged by use', () => {
    const resources = {
      A: { Type: 'AWS::KMS::Key' },
      B: { Type: 'AWS::CloudWatch::Alarm' },
      C: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
      },
      D: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway' } },
      E: { Type: 'AWS::DynamoDB::Table' },
    };
    expect(standingUsd(resources)).toBe(15.7);
  });
});
