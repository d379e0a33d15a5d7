import { describe, expect, it } from 'vitest';
import { PLAIN as good } from './config.fixture.ts';
import { defineConfig } from './config.ts';
import { residualRisks } from './residual-risks.ts';

describe('defineConfig', () => {
  it('takes a cooling-off for compliance alone: governance has none', () => {
    const evidence = { ...good.evidence, coolOffHours: 24 } as const;
    expect(() => defineConfig({ ...good, evidence: { ...evidence, lockMode: 'governance' } })).toThrow(
      /coolOffHours is 24 and lockMode is governance/,
    );
    const chosen = defineConfig({ ...good, evidence: { ...evidence, lockMode: 'compliance' } });
    expect(chosen.evidence.coolOffHours).toBe(24);
  });

  it('refuses to have blocks hashed for longer than their source is locked, and says how long that must be', () => {
    const evidence = (hoursAtMost: number, sourceLock: 'off' | { days: number }) => ({
      ...good,
      evidence: { ...good.evidence, sourceLock, blockHashes: { upToGiB: 65_536, hoursAtMost } },
    });
    expect(() => defineConfig(evidence(72, { days: 2 }))).toThrow(
      /hoursAtMost is 72 and the lock on sources ends after 2 day\(s\).* evidence.sourceLock.days to 3 at least/,
    );
    expect(defineConfig(evidence(48, { days: 2 })).evidence.blockHashes?.hoursAtMost).toBe(48);
    expect(defineConfig(evidence(168, 'off')).evidence.blockHashes?.partsAtOnce).toBe(2);
  });

  it('takes the Regions of one partition, people of it, and none where nothing can be deployed', () => {
    const gov = { ...good, homeRegion: 'us-gov-west-1', regions: ['us-gov-west-1', 'us-gov-east-1'] };
    expect(defineConfig(gov).regions).toHaveLength(2);
    expect(() => defineConfig({ ...gov, regions: ['us-gov-west-1', 'us-west-2'] })).toThrow(
      /a deployment is in one partition/,
    );
    expect(() => defineConfig({ ...good, homeRegion: 'cn-north-1', regions: ['cn-north-1'] })).toThrow(
      /partition aws-cn.*no service-managed StackSets/,
    );
    const approvers = ['arn:aws:iam::602011150002:user/alice'];
    expect(() => defineConfig({ ...gov, approvals: { approvers } })).toThrow(/begin it with arn:aws-us-gov:/);
    expect(defineConfig({ ...good, approvals: { approvers } }).approvals.approvers).toEqual(approvers);
  });

  it('says what notes in Security Hub leave open, and nothing of other notifications', () => {
    const risks = (notifications: object) =>
      residualRisks(defineConfig({ ...good, notifications })).map(({ id }) => id);
    const webhook = { url: 'https://hooks.example.com/', secretParameter: '/cordon/secret' };
    expect(risks({ chat: true, webhook, email: ['a@example.com'] })).toEqual([]);
    expect(risks({ securityHub: true })).toEqual(['notifications.securityHub']);
  });

  it.each(['member-key', 'grant'] as const)('says what the way %s to a copy leaves open', (path) => {
    const [risk] = residualRisks(defineConfig({ ...good, evidence: { ...good.evidence, keyPaths: [path] } }));
    expect(risk?.id).toBe(`evidence.keyPaths=${path}`);
  });

  it('says what an image, and a compliance lock on sources, leave open', () => {
    const of = (more: object) => defineConfig({ ...good, evidence: { ...good.evidence, ...more } });
    expect(of({}).evidence.sourceLock).toEqual({ mode: 'governance', days: 1 });
    expect(residualRisks(of({ image: true })).map(({ id }) => id)).toEqual(['evidence.image']);
    expect(residualRisks(of({ sourceLock: { mode: 'compliance' } })).map(({ id }) => id)).toEqual([
      'evidence.sourceLock.mode=compliance',
    ]);
    expect(residualRisks(of({ sourceLock: 'off' }))).toEqual([]);
  });

  it('fills in the policy that ships: severity 7 responds, nothing is stopped', () => {
    const [rule, ...more] = defineConfig(good).policy.rules;
    expect([rule?.when, rule?.set, more]).toEqual([{ severityAtLeast: 7 }, { mode: 'contain' }, []]);
  });

  it('denies sessions by the fixed policy unless told otherwise, and that brings no residual risk', () => {
    const byDefault = defineConfig(good);
    expect(byDefault.containment).toEqual({
      sessionDeny: 'attach-fixed-policy',
      boundAtRelease: false,
      beyondInstance: [],
      flowLogGroups: [],
      ownDomains: [],
      crashGraceSeconds: 120,
      managementPathMinutes: 30,
    });
    expect(defineConfig({ ...good, containment: {} })).toEqual(byDefault);
    expect(residualRisks(byDefault)).toEqual([]);
  });

  it("takes names of the organization's own in one form, and nothing that is no name", () => {
    const of = (ownDomains: readonly string[]) =>
      defineConfig({ ...good, containment: { ownDomains: [...ownDomains] } }).containment.ownDomains;
    expect(of(['Shop.Example.COM.'])).toEqual(['shop.example.com']);
    for (const wrong of ['*.example.com', 'com', 'https://example.com'])
      expect(() => of([wrong])).toThrow(/ownDomains.*|want a DNS name/s);
  });

  it('names the residual risk of writing policies into roles', () => {
    const [risk, ...more] = residualRisks(
      defineConfig({ ...good, containment: { sessionDeny: 'put-role-policy' } }),
    );
    expect(risk?.id).toBe('containment.sessionDeny=put-role-policy');
    expect(risk?.text).toContain("No IAM condition key sees a policy's content");
    expect(risk?.text).toContain('may write and delete any inline policy of such a role');
    expect(more).toEqual([]);
  });

  it('names the residual risk of bounding the fixed deny at a release, and none more where denies are written', () => {
    const risks = (containment: object) => residualRisks(defineConfig({ ...good, containment }));
    const [risk, ...more] = risks({ boundAtRelease: true });
    expect(risk?.id).toBe('containment.boundAtRelease=true');
    expect(risk?.text).toContain('the release duty may write an inline policy into any role');
    expect(more).toEqual([]);
    expect(risks({ sessionDeny: 'put-role-policy', boundAtRelease: true })).toEqual(
      risks({ sessionDeny: 'put-role-policy' }),
    );
  });

  it('names the residual risk of launching replacements, with the roles, and takes no image but the account’s and Amazon’s', () => {
    const { containment } = defineConfig({ ...good, containment: { replacement: {} } });
    expect(containment.replacement).toEqual({ passRoles: [], imageOwners: ['amazon'] });
    const of = (passRoles: string[]) =>
      residualRisks(defineConfig({ ...good, containment: { replacement: { passRoles } } }))[0];
    expect(of([])).toMatchObject({
      id: 'containment.replacement',
      text: expect.stringMatching(/without any role/),
    });
    expect(of(['shop/*'])?.text).toMatch(/with any role of the account that shop\/\* names/);
  });

  it.each([
    '*',
    'cordon/cordon-contain',
    'aws-reserved/sso/x',
    'aws-service-role/x',
    '/shop',
    'a*b',
    'arn:aws:iam::1:role/x',
  ])('refuses %s as a role that a replacement may get', (role) => {
    expect(() => defineConfig({ ...good, containment: { replacement: { passRoles: [role] } } })).toThrow(
      /passRoles/,
    );
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
    [
      'a parameter for the image that the examiner may not read',
      { ...good, forensics: { ...good.forensics, imageParameter: '/ours/image' } },
      /imageParameter/,
    ],
    ['a lock of no days', { ...good, evidence: { ...good.evidence, lockDays: 0 } }, /lockDays/],
    ['a setting that does not exist', { ...good, colour: 'red' }, /colour/],
  ])('refuses %s and names it', (_name, config, message) => {
    // As a config that was written in JavaScript may be.
    expect(() => defineConfig(config as Parameters<typeof defineConfig>[0])).toThrow(message);
  });
});
