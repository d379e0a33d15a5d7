import { describe, expect, it } from 'vitest';
import { defineConfig } from './config.ts';
import { residualRisks } from './residual-risks.ts';

const good = {
  organizationId: 'o-cordondrill',
  accounts: {
    management: '602011150001',
    security: '602011150002',
    evidence: '602011150003',
    forensics: '602011150004',
  },
  homeRegion: 'eu-west-1',
  regions: ['eu-west-1'],
  policy: { schemaVersion: 1 as const },
  evidence: { lockMode: 'governance' as const, lockDays: 90 },
  forensics: { instanceType: 'm6i.xlarge', imageParameter: '/aws/service/image' },
};

describe('defineConfig', () => {
  it('fills in the policy that ships: severity 7 responds, nothing is stopped', () => {
    const [rule, ...more] = defineConfig(good).policy.rules;
    expect([rule?.when, rule?.set, more]).toEqual([{ severityAtLeast: 7 }, { mode: 'contain' }, []]);
  });

  it('denies sessions by the fixed policy unless told otherwise, and that brings no residual risk', () => {
    const byDefault = defineConfig(good);
    expect(byDefault.containment).toEqual({
      sessionDeny: 'attach-fixed-policy',
      beyondInstance: [],
      crashGraceSeconds: 120,
      managementPathMinutes: 30,
    });
    expect(defineConfig({ ...good, containment: {} })).toEqual(byDefault);
    expect(residualRisks(byDefault)).toEqual([]);
  });

  it('names the residual risk of writing policies into roles', () => {
    const [risk, ...more] = residualRisks(
      defineConfig({ ...good, containment: { sessionDeny: 'put-role-policy' } }),
    );
    expect(risk?.id).toBe('containment.sessionDeny=put-role-policy');
    expect(risk?.text).toContain("No IAM condition key sees a policy's content");
    expect(risk?.text).toContain('the release duty may delete any inline policy of such a role');
    expect(more).toEqual([]);
  });

  it.each([
    [
      'a way of denying sessions that there is none of',
      { ...good, containment: { sessionDeny: 'hope' } },
      /sessionDeny/,
    ],
    ['a wrong account id', { ...good, accounts: { ...good.accounts, evidence: '123' } }, /accounts.evidence/],
    [
      'a home Region that is not protected',
      { ...good, homeRegion: 'us-east-1' },
      /us-east-1 is not among regions/,
    ],
    ['a lock of no days', { ...good, evidence: { ...good.evidence, lockDays: 0 } }, /lockDays/],
    ['a setting that does not exist', { ...good, colour: 'red' }, /colour/],
  ])('refuses %s and names it', (_name, config, message) => {
    // As a config that was written in JavaScript may be.
    expect(() => defineConfig(config as Parameters<typeof defineConfig>[0])).toThrow(message);
  });
});
