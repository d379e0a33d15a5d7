import { describe, expect, it } from 'vitest';
import { deploymentStages, upgradeOrder } from './stages.ts';

const config = {
  accounts: {
    management: '111111111111',
    security: '222222222222',
    evidence: '333333333333',
    forensics: '444444444444',
  },
  homeRegion: 'eu-west-1',
  regions: ['us-east-1', 'eu-west-1'],
};
const ids = (stages: readonly { readonly id: string }[]): readonly string[] => stages.map(({ id }) => id);

describe('the stages of a deployment', () => {
  it('stand in the order of docs/deployment.md, the home Region first', () => {
    expect(ids(deploymentStages(config))).toEqual([
      'CordonSecurityHome@eu-west-1',
      'CordonEvidenceHome@eu-west-1',
      'CordonEvidenceRegion@eu-west-1',
      'CordonEvidenceRegion@us-east-1',
      'CordonForensicsHome@eu-west-1',
      'CordonForensicsRegion@eu-west-1',
      'CordonForensicsRegion@us-east-1',
      'CordonRollout@eu-west-1',
      'CordonSecurityRegion@eu-west-1',
      'CordonSecurityRegion@us-east-1',
      'CordonGuardrails@eu-west-1',
    ]);
  });

  it('stand only on stages before them', () => {
    const seen = new Set<string>();
    for (const { id, after } of deploymentStages(config)) {
      expect(after.filter((one) => !seen.has(one))).toEqual([]);
      seen.add(id);
    }
  });

  it('have the rollout in the security account, or in the account that StackSets are delegated to', () => {
    const accountOf = (more: object): string | undefined =>
      deploymentStages({ ...config, ...more }).find(({ stack }) => stack === 'CordonRollout')?.account.id;
    expect(accountOf({})).toBe('222222222222');
    expect(accountOf({ rollout: { account: '555555555555' } })).toBe('555555555555');
  });

  it('are refused in China, with the reason', () => {
    expect(() => deploymentStages({ ...config, homeRegion: 'cn-north-1' })).toThrow(
      'no service-managed StackSets',
    );
  });

  it('are upgraded with what asks after what is asked, and guardrails last', () => {
    const order = ids(upgradeOrder(deploymentStages(config)));
    expect(order.slice(0, 2)).toEqual(['CordonEvidenceHome@eu-west-1', 'CordonEvidenceRegion@eu-west-1']);
    expect(order.slice(-4)).toEqual([
      'CordonSecurityHome@eu-west-1',
      'CordonSecurityRegion@eu-west-1',
      'CordonSecurityRegion@us-east-1',
      'CordonGuardrails@eu-west-1',
    ]);
    expect(order.toSorted()).toEqual(ids(deploymentStages(config)).toSorted());
  });
});
