import { describe, expect, it } from 'vitest';
import { parseFinding } from '../finding/parse-finding.ts';
import { parseAccountId, parseFindingId, parseInstanceId, parseInstant, parseRegion } from '../ids.ts';
import { type OpenIncident, assessLater } from './assess-later.ts';
import { defaultPolicy } from '../policy/policy.ts';
import { triage } from './triage.ts';

const own = {
  evidenceAccount: parseAccountId('333344445555'),
  forensicsAccount: parseAccountId('444455556666'),
  securityAccount: parseAccountId('111122223333'),
};
const FIRST = 'f'.repeat(32);
const open: OpenIncident = {
  account: parseAccountId('222233334444'),
  region: parseRegion('eu-west-1'),
  instanceId: parseInstanceId('i-0123456789abcdef0'),
  decision: 'respond',
  severity: 8,
  knownFindings: [{ id: parseFindingId(FIRST), updatedAt: parseInstant('2026-03-04T09:00:00Z') }],
  knownRemoteAddresses: ['198.51.100.1'],
  knownDomains: ['x1.evil.example.com'],
  knownTypes: ['Backdoor:EC2/Spambot'],
};
const contained: OpenIncident = { ...open, containedAt: parseInstant('2026-03-04T09:01:00Z') };

function from(address: string) {
  return { networkConnectionAction: { remoteIpDetails: { ipAddressV4: address } } };
}

function asked(domain: string) {
  return { dnsRequestAction: { domain } };
}

function finding(over: object) {
  const result = parseFinding({
    schemaVersion: '2.0',
    accountId: '222233334444',
    region: 'eu-west-1',
    id: FIRST,
    type: 'Backdoor:EC2/Spambot',
    severity: 8,
    updatedAt: '2026-03-04T09:10:00Z',
    resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0123456789abcdef0' } },
    service: { action: from('198.51.100.1') },
    ...over,
  });
  if (result.status !== 'parsed') throw new Error(result.because.message);
  return result.finding;
}

function assess(incident: OpenIncident, over: object) {
  const later = finding(over);
  return assessLater(incident, later, triage(later, defaultPolicy, own));
}

const knock = { type: 'UnauthorizedAccess:EC2/SSHBruteForce', severity: 9 };
const role = { resourceRole: 'TARGET' };

describe('the effect of a later finding', () => {
  it.each([
    ['the same event again', { updatedAt: '2026-03-04T09:00:00Z' }, 'duplicate'],
    ['an older update, delivered late', { updatedAt: '2026-03-04T08:00:00Z' }, 'duplicate'],
    ['a newer update', {}, 'attached'],
    ['an update without time', { updatedAt: null }, 'attached'],
    ['another finding that tells nothing new', { id: 'e'.repeat(32) }, 'attached'],
    ['another finding, older', { id: 'e'.repeat(32), updatedAt: '2026-03-04T08:00:00Z' }, 'attached'],
    ['a new type', { type: 'Trojan:EC2/DropPoint' }, 're-plan'],
    ['a new type of low severity', { type: 'Trojan:EC2/DropPoint', severity: 5 }, 're-plan'],
    ['a new remote address', { service: { action: from('198.51.100.2') } }, 're-plan'],
    ['a name below a zone that was never asked for', { service: { action: asked('x.evil.org') } }, 're-plan'],
    [
      'another name of a tunnel that is known',
      { service: { action: asked('x2.evil.example.com') } },
      'attached',
    ],
    ['a higher severity', { severity: 9 }, 're-plan'],
    ['a lower severity', { severity: 5 }, 'attached'],
    [
      'a sample of a new type',
      { type: 'Trojan:EC2/DropPoint', severity: 10, service: { additionalInfo: { sample: true } } },
      'attached',
    ],
    [
      'an archived finding of a new type',
      { type: 'Trojan:EC2/DropPoint', service: { archived: true } },
      'attached',
    ],
    [
      'knocking from a new address',
      { ...knock, service: { ...role, action: from('203.0.113.7') } },
      'attached',
    ],
    [
      'a probe from a new address',
      {
        type: 'Recon:EC2/PortProbeUnprotectedPort',
        severity: 2,
        service: { ...role, action: from('203.0.113.7') },
      },
      'attached',
    ],
  ])('%s', (_name, over, expected) => {
    expect(assess(open, over).effect).toBe(expected);
  });

  it('re-plans when an incident that was only observed must now be responded to', () => {
    const observed: OpenIncident = { ...open, decision: 'observe' };
    expect(assess(observed, {}).effect).toBe('re-plan');
    expect(assess(observed, {}).reasons).toContain('the decision rises from observe to respond');
  });

  it('is a duplicate when neither delivery of the same finding bears a time', () => {
    const timeless: OpenIncident = { ...open, knownFindings: [{ id: parseFindingId(FIRST) }] };
    expect(assess(timeless, { updatedAt: null }).effect).toBe('duplicate');
    expect(assess(timeless, {}).effect).toBe('attached');
  });

  it('finds the duplicate among several deliveries of the same finding', () => {
    const later = { id: parseFindingId(FIRST), updatedAt: parseInstant('2026-03-04T09:10:00Z') };
    const twice: OpenIncident = { ...open, knownFindings: [...open.knownFindings, later] };
    expect(assess(twice, {}).effect).toBe('duplicate');
  });
});

describe('the containment alarm', () => {
  it.each([
    ['seen after containment', { service: { eventLastSeen: '2026-03-04T09:05:00Z' } }, true],
    ['updated after containment, times of activity unknown', {}, true],
    ['without any time', { updatedAt: null }, true],
    ['told late, seen before containment', { service: { eventLastSeen: '2026-03-04T08:59:00Z' } }, false],
    ['a duplicate', { updatedAt: '2026-03-04T09:00:00Z' }, false],
    ['a sample', { service: { additionalInfo: { sample: true } } }, false],
    ['knocking that still gets through', { ...knock, service: role }, true],
  ])('%s', (_name, over, expected) => {
    expect(assess(contained, over).containmentAlarm).toBe(expected);
  });

  it('stays silent while the host is not contained', () => {
    expect(assess(open, { service: { eventLastSeen: '2026-03-04T09:05:00Z' } }).containmentAlarm).toBe(false);
  });
});

describe('a finding that does not name the instance of the incident', () => {
  it.each([
    [
      'another instance',
      { resource: { resourceType: 'Instance', instanceDetails: { instanceId: 'i-0badc0de' } } },
    ],
    ['another account', { accountId: '999988887777' }],
    ['another Region', { region: 'eu-west-2' }],
    ['no instance', { resource: { resourceType: 'S3Bucket' } }],
  ])('is refused loudly: %s', (_name, over) => {
    expect(() => assess(open, over)).toThrow('does not name 222233334444/eu-west-1/i-0123456789abcdef0');
  });

  it('is not one whose Region was only a guess', () => {
    const accessKeyDetails = { principalId: 'AROAX:i-0123456789abcdef0', userType: 'Role', userName: 'web' };
    const over = { region: 'us-east-1', resource: { resourceType: 'AccessKey', accessKeyDetails } };
    expect(assess(open, over).effect).toBe('attached');
  });
});
