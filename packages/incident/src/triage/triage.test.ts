import { describe, expect, it } from 'vitest';
import { parseFinding } from '../finding/parse-finding.ts';
import { parseAccountId } from '../ids.ts';
import { defaultPolicy, parsePolicy } from '../policy/policy.ts';
import { triage } from './triage.ts';

const EVIDENCE = '333344445555';
const FORENSICS = '444455556666';
const SECURITY = '111122223333';
const WORKLOAD = '222233334444';
const own = {
  evidenceAccount: parseAccountId(EVIDENCE),
  forensicsAccount: parseAccountId(FORENSICS),
  securityAccount: parseAccountId(SECURITY),
};
const target = { resourceRole: 'TARGET' };
const actor = { resourceRole: 'ACTOR' };
const sample = { additionalInfo: { sample: true } };
const noInstance = { resourceType: 'S3Bucket' };

function finding(over: object) {
  const result = parseFinding({
    schemaVersion: '2.0',
    accountId: WORKLOAD,
    region: 'eu-west-1',
    id: 'f'.repeat(32),
    type: 'Backdoor:EC2/Spambot',
    severity: 8,
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0123456789abcdef0' } },
    title: '<script>alert(1)</script>',
    ...over,
  });
  if (result.status !== 'parsed') throw new Error(result.because.message);
  return result.finding;
}

function verdict(over: object, policy = defaultPolicy) {
  const { decision, because, page } = triage(finding(over), policy, own);
  return `${decision} ${because}${page ? ' page' : ''}`;
}

function sequence(...accounts: readonly string[]) {
  const resources = accounts.map((accountId, n) => ({
    resourceType: 'EC2_INSTANCE',
    uid: `i-0000000${n}`,
    accountId,
    region: 'eu-west-1',
  }));
  return {
    severity: 9,
    resource: { resourceType: 'AttackSequence' },
    service: { detection: { sequence: { resources } } },
  };
}

const ssh = 'UnauthorizedAccess:EC2/SSHBruteForce';
const stolen = 'UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS';

describe('triage under the default policy', () => {
  it.each([
    ['severity at the threshold', { severity: 7 }, 'respond policy-responds page'],
    ['severity just below', { severity: 6.9 }, 'observe policy-observes'],
    ['no severity', { severity: null }, 'observe severity-unknown page'],
    ['a type that nobody knows', { type: 'New:Thing/Never.Seen' }, 'respond policy-responds page'],
    [
      'a type that nobody knows, without instance',
      { type: 'New:Thing/X', resource: noInstance },
      'ignore no-instance',
    ],
    ['a sample', { service: sample, severity: 10 }, 'observe sample'],
    ['a sample without instance', { service: sample, resource: noInstance }, 'observe sample'],
    ['a sample in the evidence account', { service: sample, accountId: EVIDENCE }, 'observe sample'],
    ['archived', { service: { archived: true } }, 'observe archived'],
    [
      'archived in the evidence account',
      { service: { archived: true }, accountId: EVIDENCE },
      'observe archived page',
    ],
    ['SSH guessed at', { type: ssh, severity: 2, service: target }, 'observe attempt-from-outside'],
    ['SSH guessed at, severely', { type: ssh, service: target }, 'observe attempt-from-outside'],
    [
      'RDP guessed at',
      { type: 'UnauthorizedAccess:EC2/RDPBruteForce', service: target },
      'observe attempt-from-outside',
    ],
    [
      'WinRM guessed at',
      { type: 'Impact:EC2/WinRMBruteForce', service: target },
      'observe attempt-from-outside',
    ],
    ['SSH guessing', { type: ssh, service: actor }, 'respond policy-responds page'],
    ['SSH without role', { type: ssh }, 'respond policy-responds page'],
    [
      'a type with a like name',
      { type: 'X:EC2/SSHBruteForceTool', service: target },
      'respond policy-responds page',
    ],
    [
      'DNS as target',
      { type: 'Trojan:EC2/DNSDataExfiltration', service: target },
      'respond policy-responds page',
    ],
    [
      'port probe',
      { type: 'Recon:EC2/PortProbeUnprotectedPort', severity: 2, service: target },
      'observe policy-observes',
    ],
    ['evidence account', { accountId: EVIDENCE }, 'observe never-contained page'],
    ['forensics account, low', { accountId: FORENSICS, severity: 1 }, 'observe never-contained page'],
    [
      'evidence account without instance',
      { accountId: EVIDENCE, resource: noInstance },
      'ignore no-instance page',
    ],
    ['security account, low', { accountId: SECURITY, severity: 1 }, 'observe policy-observes page'],
    ['security account', { accountId: SECURITY }, 'respond policy-responds page'],
    [
      'stolen credentials of nobody knows whom',
      { type: stolen, resource: { resourceType: 'AccessKey' } },
      'ignore no-instance page',
    ],
  ])('%s', (_name, over, expected) => {
    expect(verdict(over)).toBe(expected);
  });
});

describe('triage under a policy of its own', () => {
  it.each([
    ['a lower threshold', { respondAtSeverity: 4 }, { severity: 4 }, 'respond policy-responds page'],
    ['a higher threshold', { respondAtSeverity: 9 }, {}, 'observe policy-observes'],
    ['a protected account', { neverContainAccounts: [WORKLOAD] }, {}, 'observe never-contained page'],
    ['an excluded account', { excludeAccounts: [WORKLOAD] }, {}, 'observe account-excluded'],
    ['an excluded type', { excludeTypes: ['Backdoor:EC2/Spambot'] }, {}, 'observe type-excluded'],
    [
      'a longer name than an excluded type',
      { excludeTypes: ['Backdoor:EC2/Spam'] },
      {},
      'respond policy-responds page',
    ],
    [
      'a threshold that all reach, on a sample',
      { respondAtSeverity: 1 },
      { service: sample },
      'observe sample',
    ],
  ])('%s', (_name, policy, over, expected) => {
    expect(verdict(over, parsePolicy({ schemaVersion: 1, ...policy }))).toBe(expected);
  });
});

describe('triage of an attack sequence', () => {
  it('responds to its instances except those in accounts that are never contained, and says so', () => {
    const result = triage(finding(sequence(WORKLOAD, FORENSICS, '777788889999')), defaultPolicy, own);
    expect(result.decision).toBe('respond');
    expect(result.respondTo.map((subject) => subject.account)).toEqual([WORKLOAD, '777788889999']);
    expect(result.reasons.join('\n')).toContain(`touches account ${FORENSICS}`);
    expect(result.reasons.join('\n')).toContain('1 of 3 instances are left out');
  });

  it('observes and pages when all its instances are never contained', () => {
    expect(verdict(sequence(EVIDENCE, FORENSICS))).toBe('observe never-contained page');
  });

  it('pages for an instance that it could not read, even below the threshold', () => {
    const over = sequence(WORKLOAD, '1234567891234');
    expect(verdict({ ...over, severity: 3 })).toBe('observe policy-observes page');
  });
});

describe('the words of a verdict', () => {
  it('hold nothing that an attacker wrote', () => {
    const over = {
      description: '<script>',
      service: { action: { dnsRequestAction: { domain: '<script>' } } },
    };
    expect(JSON.stringify(triage(finding(over), defaultPolicy, own))).not.toContain('<script>');
  });

  it('name nothing to respond to unless the decision is to respond', () => {
    expect(triage(finding({ severity: 3 }), defaultPolicy, own).respondTo).toEqual([]);
    expect(triage(finding({ service: sample }), defaultPolicy, own).respondTo).toEqual([]);
    expect(triage(finding({}), defaultPolicy, own).respondTo).toHaveLength(1);
  });
});
